"""How files are shown in real browsers: sizes that stay, stills that play, words in a terminal."""

import pytest
from playwright.sync_api import expect

from .servers import ROOT
from .terminals import Lynx, W3m

SEED = ROOT / "site" / "tests" / "seed_files.py"
ROOM = "/rooms/album/"
SMALL = "**/files/*/small"
BOXES = "() => [...document.querySelectorAll('.message, .file img')].map((it) => it.offsetHeight)"
SHIFTS = """() => new Promise((tell) => new PerformanceObserver((list) => tell(
    list.getEntries().filter((entry) => entry.name == 'layout-shift').map((entry) => entry.value)
)).observe({ type: 'layout-shift', buffered: true }) || setTimeout(tell, 500, []))"""


@pytest.fixture(scope="module")
def album(server):
    """The path of a room with pictures of all sizes."""
    server.python("manage.py", "shell", "--verbosity", "0", input=SEED.read_text())
    return ROOM


@pytest.fixture
def held():
    """Return a function that keeps a page's pictures back; it returns what lets them come."""

    def hold(page):
        waiting, is_held = [], True
        page.route(SMALL, lambda route: waiting.append(route) if is_held else route.continue_())

        def release():
            nonlocal is_held
            is_held = False
            for route in waiting:
                route.continue_()

        return release

    return hold


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_moves_when_pictures_are_loaded(album, person, held, width):
    ana = person("ana", width=width)
    release = held(ana.page)
    ana.goto(album)
    expect(ana.bodies).to_have_count(9)
    before = ana.page.evaluate(BOXES)
    release()
    for image in ana.page.locator(".file img").all():
        image.scroll_into_view_if_needed()
        ana.page.wait_for_function(
            "it => it.complete && it.naturalWidth", arg=image.element_handle()
        )
    assert ana.page.evaluate(BOXES) == before
    assert ana.page.evaluate("document.querySelector('#scroller').scrollWidth") <= width


@pytest.mark.browser
def test_a_room_with_pictures_has_no_layout_shift(album, person):
    ana = person("ana", width=1280)
    ana.goto(album)
    ana.is_connected()
    ana.page.wait_for_load_state("networkidle")
    assert ana.page.evaluate(SHIFTS) == []


@pytest.mark.browser
def test_an_animated_picture_plays_in_its_place_and_stands_still_again(album, person):
    ana = person("ana")
    ana.goto(album)
    link = ana.message("It moves").locator(".files a")
    still = link.locator("img").get_attribute("src")
    link.hover()
    for source in ("cat.gif", still):
        ana.page.wait_for_load_state("networkidle")  # the script that plays is loaded
        link.click()
        assert link.locator("img").get_attribute("src").endswith(source)
    assert ana.page.url.endswith(album)


@pytest.mark.browser
def test_the_stream_without_scripts_does_not_wait_for_pictures(album, person, held):
    bruno = person("bruno", javascript=False)
    release = held(bruno.page)
    bruno.goto(album)
    expect(bruno.page.frame_locator("#live").locator(".message-body").last).to_have_text("The end")
    expect(bruno.page.frame_locator("#live").locator(".file img")).to_have_count(18)
    release()


@pytest.mark.parametrize("browser", [W3m, Lynx])
def test_text_browsers_show_files_as_links_with_what_they_are(album, server, terminal, browser):
    text = terminal(browser)
    text.log_in(server.url, "bruno", album)
    text.shows("A hill at noon")
    text.shows(r"one\.png")
    text.shows(r"A cat falls off a shelf\W+animated")
    text.shows(r"plan\.pdf\s+PDF, 2\.0.KB")
