"""Takes the README's pictures from the demo workspace: `make screenshots`.

It starts the server with the demo, logs in as Ana, and writes

    site/screenshots/room-light.png, room-dark.png    a room on a desktop
    site/screenshots/phone.png                        the same on a phone
    README.md                                         the same in w3m, between two comments
"""

import re
import subprocess
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from .servers import ROOT, Server

FOLDER = ROOT / "site" / "screenshots"
README = ROOT / "README.md"
ROOM = "/rooms/lobby/"
DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 780}
PICTURES = {
    "room-light": {"viewport": DESKTOP, "color_scheme": "light"},
    "room-dark": {"viewport": DESKTOP, "color_scheme": "dark"},
    "phone": {"viewport": PHONE, "color_scheme": "light", "has_touch": True, "is_mobile": True},
}
MAX_BYTES = 150_000
TEXT_LINES = 30
PASSWORD = "come in and talk"
_W3M = re.compile(r"(<!-- w3m -->\n).*?(<!-- /w3m -->\n)", re.DOTALL)


def main():
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        server = Server(Path(place), RATE_LIMITS="off")
        server.prepare()
        server.python("manage.py", "demo")
        server.start()
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--disable-background-networking"],
        )
        try:
            cookies = log_in(browser, server)
            for name, options in PICTURES.items():
                take(browser, server, cookies, name, options)
            write_text(server, cookies)
        finally:
            browser.close()
            server.stop()


def log_in(browser, server):
    """Log in as Ana; return her cookies."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{server.url}/accounts/login/?next=/profile/")  # a room would be read
    page.fill("[name=login]", "ana")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_selector("#sidebar", state="attached")
    cookies = context.cookies()
    context.close()
    return cookies


def take(browser, server, cookies, name, options):
    """Write the picture `name`; fail if it is too large."""
    context = browser.new_context(timezone_id="UTC", **options)
    context.add_cookies(cookies)
    page = context.new_page()
    page.goto(server.url + ROOM)
    page.wait_for_selector("#people li", state="attached")
    page.evaluate("document.activeElement.blur()")
    file = FOLDER / f"{name}.png"
    page.screenshot(path=file)
    context.close()
    size = file.stat().st_size
    print(f"{file.relative_to(ROOT)}: {size} bytes")
    assert size <= MAX_BYTES, f"{file} is larger than {MAX_BYTES} bytes."


def write_text(server, cookies):
    """Write the room's page as w3m shows it between the two comments in the README."""
    header = "Cookie: " + "; ".join(f"{each['name']}={each['value']}" for each in cookies)
    command = ["w3m", "-dump", "-cols", "80", "-header", header, server.url + ROOM]
    shown = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    conversation, composer, _rest = shown.partition("\nMessage [")
    assert composer, "There is no composer on w3m's page."
    lines = [line.rstrip() for line in conversation.splitlines()][-TEXT_LINES:]
    block = "```text\n" + "\n".join(lines) + "\n```\n"
    README.write_text(_W3M.sub(lambda match: match[1] + block + match[2], README.read_text()))


if __name__ == "__main__":
    main()
