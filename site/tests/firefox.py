"""Drives Firefox, with JavaScript disabled unless asked otherwise, through Marionette.

Marionette is Firefox's own remote protocol, below WebDriver. It finds and clicks elements even if
pages may not run scripts (https://firefox-source-docs.mozilla.org/testing/marionette/Protocol.html).
"""

import json
import socket
import subprocess
import time
from contextlib import contextmanager, suppress

from bench.processes import free_port

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # WebDriver's name for a reference to an element
PREFERENCES = {
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "app.update.enabled": False,
    "toolkit.telemetry.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
}
POINTERS = ["ui.primaryPointerCapabilities", "ui.allPointerCapabilities"]
FINE_AND_HOVERS = 2 | 4
START_SECONDS = 60


class Firefox:
    """One window with its profile in `folder`. Finding an element waits until it exists."""

    def __init__(self, folder, seconds=10, javascript=False, mouse=False):
        self.port = free_port()
        preferences = PREFERENCES | {"marionette.port": self.port}
        preferences["javascript.enabled"] = javascript
        if mouse:  # the machine may have none
            preferences |= dict.fromkeys(POINTERS, FINE_AND_HOVERS)
        lines = [
            f'user_pref("{name}", {json.dumps(value)});' for name, value in preferences.items()
        ]
        (folder / "user.js").write_text("\n".join(lines))
        self.process = subprocess.Popen(
            ["firefox-esr", "--headless", "--marionette", "--no-remote", "--profile", str(folder)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.number = 0
        self.connection = self.connect()
        self.answers = self.connection.makefile("rb")
        self.read()
        # Do not wait for the load event: a page with a live iframe never finishes loading.
        self.command("WebDriver:NewSession", pageLoadStrategy="none")
        self.command("WebDriver:SetTimeouts", implicit=seconds * 1000)

    def log_in(self, site, name, to=""):
        """Log in a member of the cast; end on the page `to`, or where a log-in leads."""
        self.goto(f"{site}/accounts/login/" + (f"?next={to}" if to else ""))
        self.fill("[name=login]", name)
        self.fill("[name=password]", "correct horse")
        with self.new_page():
            self.click("form:has([name=login]) .button-primary")

    def connect(self):
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            with suppress(OSError):
                return socket.create_connection(("127.0.0.1", self.port))
            time.sleep(0.1)
        raise TimeoutError("Firefox did not start")

    def quit(self):
        self.connection.close()
        self.process.terminate()
        self.process.wait(20)

    def command(self, command, **parameters):
        """Send a command and return its result; raise LookupError if Firefox reports an error."""
        self.number += 1
        frame = json.dumps([0, self.number, command, parameters]).encode()
        self.connection.sendall(b"%d:%s" % (len(frame), frame))
        _kind, _number, error, result = self.read()
        if error:
            raise LookupError(f"{command}: {error['message']}")
        return result

    def read(self):
        length = b""
        while (letter := self.answers.read(1)) != b":":
            length += letter
        return json.loads(self.answers.read(int(length)))

    def goto(self, url):
        self.leave_frames()
        with self.new_page():
            self.command("WebDriver:Navigate", url=url)

    @contextmanager
    def new_page(self):
        """Do something that loads another page, and wait until it starts to show."""
        old = self.find("html")
        yield
        while self.find("html") == old:
            time.sleep(0.05)

    @property
    def url(self):
        return self.command("WebDriver:GetCurrentURL")["value"]

    def find(self, selector):
        by = {"using": "css selector", "value": selector}
        return self.command("WebDriver:FindElement", **by)["value"][ELEMENT]

    def texts(self, selector):
        """Return the rendered texts of the visible elements, from top to bottom.

        Ask again if one of them is replaced meanwhile.
        """
        while True:
            try:
                return self._texts(selector)
            except LookupError as error:
                if "is stale" not in str(error):
                    raise

    def _texts(self, selector):
        by = {"using": "css selector", "value": selector}
        found = [element[ELEMENT] for element in self.command("WebDriver:FindElements", **by)]
        shown = [e for e in found if self.command("WebDriver:IsElementDisplayed", id=e)["value"]]
        shown.sort(key=lambda element: self.command("WebDriver:GetElementRect", id=element)["y"])
        return [self.command("WebDriver:GetElementText", id=element)["value"] for element in shown]

    def evaluate(self, function, *values):
        """Call a JavaScript function with `values` in the page, which must run scripts."""
        script = f"return ({function})(...arguments)"
        return self.command("WebDriver:ExecuteScript", script=script, args=values)["value"]

    def rectangle(self, selector):
        """Return x, y, width and height of an element, in the page."""
        return self.command("WebDriver:GetElementRect", id=self.find(selector))

    def fill(self, selector, text):
        self.command("WebDriver:ElementSendKeys", id=self.find(selector), text=text)

    def click(self, selector):
        """Click an element once it stays in its place: what moves meanwhile is missed."""
        place = None
        while place != (place := self.rectangle(selector)):
            time.sleep(0.05)
        self.command("WebDriver:ElementClick", id=self.find(selector))

    def press(self, letter):
        """Press a key in the focused element."""
        strokes = [{"type": "keyDown", "value": letter}, {"type": "keyUp", "value": letter}]
        keyboard = {"type": "key", "id": "keyboard", "actions": strokes}
        self.command("WebDriver:PerformActions", actions=[keyboard])

    def value(self, selector):
        element = self.find(selector)
        return self.command("WebDriver:GetElementProperty", id=element, name="value")["value"]

    def enter_frame(self, selector):
        self.leave_frames()
        self.command("WebDriver:SwitchToFrame", element={ELEMENT: self.find(selector)})

    def leave_frames(self):
        self.command("WebDriver:SwitchToFrame", id=None)
