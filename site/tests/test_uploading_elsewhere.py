"""Files sent from real Firefox, with and without scripts, from w3m and lynx; no layout shift."""

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

from .firefox import Firefox
from .terminals import Lynx, W3m
from .test_writing_in_firefox import until

pytestmark = pytest.mark.browser
ENTER = "\ue007"
NAMES = ".message:last-child .files a"
PASTE = """() => {
    const transfer = new DataTransfer
    transfer.items.add(new File(["x"], "pasted.txt"))
    const paste = new Event("paste", {bubbles: true, cancelable: true})
    document.body.dispatchEvent(Object.assign(paste, {clipboardData: transfer}))
}"""
SHIFTS = """() => { window.shift = 0; new PerformanceObserver((list) => {
    for (const {value} of list.getEntries()) window.shift += value
}).observe({type: "layout-shift"}) }"""


@pytest.fixture
def note(tmp_path):
    path = tmp_path / "note.txt"
    path.write_text("hello")
    return path


@pytest.fixture
def firefox(server, tmp_path):
    """Return a function that opens the Parlour in Bruno's Firefox."""
    opened = []

    def visit(javascript):
        folder = tmp_path / "profile"
        folder.mkdir()
        opened.append(Firefox(folder, javascript=javascript, mouse=True))
        opened[0].log_in(server.url, "bruno")
        opened[0].goto(f"{server.url}/rooms/parlour/" + ("" if javascript else "?newest=1"))
        return opened[0]

    yield visit
    for each in opened:
        each.quit()


def test_firefox_sends_files_that_are_chosen_and_pasted(firefox, note):
    firefox = firefox(javascript=True)
    firefox.find("title[data-calls]")
    firefox.evaluate("() => { document.getElementById('attach').open = true }")
    firefox.fill("#files", str(note))
    until(lambda: firefox.texts("#picked bdi") == ["note.txt"])
    firefox.evaluate(PASTE)
    until(lambda: firefox.texts("#picked bdi") == ["note.txt", "pasted.txt"])
    firefox.fill("#compose [name=body]", "from Firefox" + ENTER)
    until(lambda: firefox.texts("#messages .message-body")[-1] == "from Firefox")
    until(lambda: firefox.value("#compose [name=body]") == "")
    assert firefox.evaluate("() => document.querySelectorAll('#picked li').length") == 0
    names = firefox.evaluate(f"() => document.querySelector('#messages {NAMES}').href")
    assert names.endswith("/note.txt")


def test_firefox_without_scripts_sends_files_in_the_frame(firefox, note):
    firefox = firefox(javascript=False)
    firefox.enter_frame("#live-compose")
    firefox.click("#attach summary")
    firefox.fill("#files", str(note))
    firefox.fill("#compose [name=body]", "without scripts")
    firefox.click("#compose .send")
    firefox.enter_frame("#live")
    firefox.find("a[href$='/note.txt']")


@pytest.fixture
def room(person, meet):
    """The path of a new room with Ana in it."""
    return meet(person("ana"))


def test_w3m_uploads_a_file_and_keeps_it_after_an_error(terminal, server, room, note):
    w3m = terminal(W3m)
    w3m.log_in(server.url, "ana", room)
    w3m.shows("Photos")
    w3m.fill(r"^Files \[", str(note), prompt="Filename:")
    (w3m.folder / "words").write_text("x" * 8_001)
    w3m.find(r"Message \[")
    w3m.press("Tab", "Enter")
    w3m.shows("x{60}")
    w3m.press("Tab", "Enter")
    w3m.shows("(?s)Too long by 1 character.*note.txt")
    w3m.fill_area(r"Message \[", "from w3m")
    w3m.press("Tab", "Enter")
    w3m.shows("(?s)from w3m.*note.txt.*Jump to latest")


def test_lynx_uploads_a_file(terminal, server, room, note):
    lynx = terminal(Lynx)
    lynx.log_in(server.url, "ana", room)
    lynx.shows("Photos")
    lynx.fill("Photos", str(note))
    lynx.fill("Message", "from lynx")
    lynx.follow("Send")
    lynx.shows("(?s)from lynx.*note.txt")


def test_a_form_without_scripts_sends_several_files(person, meet):
    ana = person("ana", javascript=False)
    path = meet(ana)
    ana.goto(f"{path}?newest=1&reading=plain")
    files = [{"name": name, "mimeType": "", "buffer": b"x"} for name in ("a.txt", "b.txt")]
    ana.page.locator("#files").set_input_files(files)
    ana.post("plain")
    ana.goto(f"{path}?reading=plain")
    expect(ana.page.locator("#messages .files a")).to_have_count(2)


def test_a_picture_that_loads_shifts_nothing(person, meet):
    ana, bruno, held = person("ana"), person("bruno"), []
    meet(ana, bruno)
    ana.is_connected()
    ana.page.route("**/files/*/small", lambda route: held.append(route))
    content = io.BytesIO()
    Image.new("RGB", (640, 480), "teal").save(content, "PNG")
    picture = {"name": "p.png", "mimeType": "image/png", "buffer": content.getvalue()}
    bruno.page.locator("#photos").set_input_files([picture])
    expect(bruno.page.locator("#picked li")).to_have_count(1)
    bruno.composer.press("Enter")
    image = ana.page.locator("#messages .files img")
    expect(image).to_be_visible()
    while not held:
        ana.page.wait_for_timeout(50)
    ana.page.evaluate(SHIFTS)
    held[0].continue_()
    ana.page.wait_for_load_state("networkidle")
    assert image.evaluate("image => image.decode().then(() => image.naturalWidth > 1)")
    assert ana.page.evaluate("shift") == 0
