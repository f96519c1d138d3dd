"""Accessibility of live rooms, with scripts and without.

test_gallery_accessible runs axe on every page in every state of the gallery.
"""

import pytest
from playwright.sync_api import expect

from .servers import ROOT

pytestmark = pytest.mark.browser

AXE = ROOT / "tailwind" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# A page reloads itself if the user chose that: WCAG 2.2.1 requires that it can be turned off.
ON_REQUEST = {"meta-refresh"}
ROOM = "/rooms/parlour/"
WAYS = ["", "?reading=live", "?reading=plain", "?refresh=3600", "?around=20"]


@pytest.fixture
def visit(person, server):
    """Return a function that opens a page as Ana and waits until its messages show."""

    def open_page(path, javascript=True, scheme="light", width=1280, height=800):
        ana = person("ana", javascript, width)
        ana.page.set_viewport_size({"width": width, "height": height})
        ana.page.emulate_media(color_scheme=scheme)
        ana.page.goto(server.url + path, wait_until="commit")
        live = ana.page.locator("#live")
        ana.page.locator("#sidebar").wait_for(state="attached")
        if live.count() and live.is_visible():
            ana.page.frame_locator("#live").locator(".message").last.wait_for()
            ana.page.frame_locator("#live-compose").locator("#body").wait_for()
        return ana.page

    return open_page


def show_all_rooms(page):
    """Make a page so high that its list of rooms does not scroll.

    The find field and the current room stay in view and cover a part of what is scrolled below
    them, which axe takes for a target that is too small. How far a list is scrolled depends on how
    many rooms the person has.
    """
    hidden = page.evaluate(
        """() => {
            const list = document.getElementById("room-list")
            return list ? list.scrollHeight - list.clientHeight : 0
        }"""
    )
    if hidden > 0:
        size = page.viewport_size
        page.set_viewport_size({"width": size["width"], "height": size["height"] + hidden})
        page.wait_for_function(
            "(list => list.scrollHeight == list.clientHeight)(document.getElementById('room-list'))"
        )


def faults_of(page):
    """Return axe's findings in a page and its iframes, as (rule, where)."""
    assert AXE.exists(), "These tests need axe-core: make css installs it."
    show_all_rooms(page)
    faults = []
    for frame in page.frames:
        if frame.parent_frame is None or frame.frame_element().is_visible():
            frame.evaluate(AXE.read_text())
            found = frame.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
            faults += [
                (rule["id"], node["html"][:160])
                for rule in found["violations"]
                if rule["id"] not in ON_REQUEST
                for node in rule["nodes"]
            ]
    return faults


def test_axe_finds_nothing_beside_more_rooms_than_fit(person, meet):
    ana = person("ana")
    for _room in range(20):
        path = meet(ana)
    ana.page.set_viewport_size({"width": 1024, "height": 600})
    ana.goto(path)
    ana.is_connected()
    ana.page.evaluate("document.getElementById('room-list').scrollTop = 30")
    assert faults_of(ana.page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("way", WAYS)
def test_axe_finds_nothing_in_a_room_however_it_is_read(visit, way, scheme):
    # axe needs scripts, so it reads the modes without scripts in a browser that has them.
    assert faults_of(visit(ROOM + way, scheme=scheme)) == []


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_scrolled_sideways_on_the_narrowest_screen(visit, way, javascript):
    page = visit(ROOM + way, javascript, width=320)
    for frame in page.frames:
        # Without scripts the styles may come after the page.
        frame.wait_for_function("document.styleSheets.length > 0")
        overflow = "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
        assert frame.evaluate(overflow) <= 0, frame.url


@pytest.mark.parametrize("javascript", [True, False])
def test_one_can_read_and_write_at_four_times_the_size(visit, javascript):
    page = visit(ROOM, javascript, width=320, height=256)  # 1280 × 1024 at 400 %
    room = page if javascript else page.frame_locator("#live")
    composer = page if javascript else page.frame_locator("#live-compose")
    composer.locator("#body").scroll_into_view_if_needed()
    composer.locator("#body").fill("Seen closely")
    assert composer.locator("#compose .send").is_visible()
    room.locator(".message").last.scroll_into_view_if_needed()
    assert room.locator(".message .message-body").last.bounding_box()["height"] > 0


@pytest.mark.parametrize("javascript", [True, False])
def test_the_keyboard_reaches_the_composer_by_the_skip_links(visit, javascript):
    page = visit(ROOM, javascript)
    skip_to(page, "#compose")
    page.keyboard.press("Control+A")  # the room may have the draft of another test
    page.keyboard.type("by the keyboard")
    composer = page if javascript else page.frame_locator("#live-compose")
    expect(composer.locator("#body")).to_have_value("by the keyboard")


def test_the_keyboard_reaches_the_live_log_by_the_skip_links(visit):
    page = visit(ROOM, javascript=False)
    skip_to(page, "#messages")
    expect(page.frame_locator("#live").locator("#scroller")).to_be_focused()


def skip_to(page, place):
    """Follow a skip link at the top of the page, and move on to the first element there."""
    page.locator(".skip-links a").first.focus()  # without this the composer has the focus
    for _ in range(5):
        if page.locator(":focus").get_attribute("href") == place:
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")


def test_the_log_says_what_comes_and_nothing_else(visit):
    page = visit(ROOM)
    log = page.locator("[role=log]")
    assert log.count() == 1
    assert log.locator("#older, #newer, form:not(.message form)").count() == 0
    said = page.locator("[role=status]").evaluate_all("all => all.map(one => one.id)")
    assert said == ["connection", "later-said", "done", "unsent", "upload"]
