"""With the keyboard through a room: few stops before the composer, one message at a time."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

PARLOUR = "/rooms/parlour/"
MOST = 15
LABELS_SHOWN = "items => items.filter(item => item.offsetParent).map(item => item.ariaLabel)"
FOCUSED = "() => document.activeElement.closest('.message')?.dataset.position"


@pytest.fixture
def ana(person):
    ana = person("ana", width=1280)
    ana.goto(PARLOUR)
    ana.is_connected()
    expect(ana.page.locator("#messages .message a[tabindex='-1']").first).to_be_attached()
    return ana


def stops_before_the_composer(someone):
    """Press Tab from the top of the page until the composer has the focus; return how often."""
    someone.page.evaluate("document.activeElement.blur()")
    someone.page.locator(".skip-links a").first.focus()
    for stops in range(1, 60):
        if someone.composer.evaluate("field => field == document.activeElement"):
            return stops - 1
        someone.page.keyboard.press("Tab")
    return stops


def test_there_are_few_tab_stops_before_the_composer(ana, record_property):
    stops = stops_before_the_composer(ana)
    print(f"tab stops before the composer: {stops}")
    record_property("tab stops", stops)
    assert stops <= MOST


def test_older_messages_add_no_tab_stop(ana):
    before = stops_before_the_composer(ana)
    ana.goto("/rooms/library/")
    ana.is_connected()
    ana.page.locator("#scroller").evaluate("scroller => { scroller.scrollTop = -1e6 }")
    expect(ana.page.locator("#scroller .message")).to_have_count(100)
    assert stops_before_the_composer(ana) <= before + 1  # the link to messages that are older yet


def test_the_arrow_keys_go_from_message_to_message(ana):
    newest = ana.page.locator("#messages .message").last
    newest.locator("a").first.focus()
    position = int(newest.get_attribute("data-position"))
    for key, step in (("ArrowUp", -1), ("ArrowUp", -2), ("ArrowDown", -1)):
        ana.page.keyboard.press(key)
        assert int(ana.page.evaluate(FOCUSED)) == position + step


def test_left_and_right_go_to_everything_that_one_can_do_with_a_message(ana):
    newest = ana.page.locator("#messages .message").last
    items = newest.locator(".menu-items :is(a, button, [type=submit])")
    newest.locator("a").first.focus()
    reached = []
    while not newest.locator(".menu-last:focus").count() and len(reached) < 30:
        ana.page.keyboard.press("ArrowRight")
        reached.append(ana.page.locator(":focus").get_attribute("aria-label"))
    assert set(items.evaluate_all(LABELS_SHOWN)) <= set(reached)
    for _step in reached:
        ana.page.keyboard.press("ArrowLeft")
    expect(newest.locator("a").first).to_be_focused()


def test_a_new_message_is_the_next_stop_before_the_composer(ana):
    ana.composer.focus()
    ana.say("Just now")
    ana.page.keyboard.press("Shift+Tab")
    expect(ana.message("Just now").last.locator(":focus")).to_have_count(1)


def test_a_room_has_headings(ana):
    headings = ana.page.get_by_role("heading")
    assert headings.first.evaluate("heading => heading.tagName") == "H1"
    levels = headings.evaluate_all("all => all.map(one => Number(one.tagName[1]))")
    assert levels.count(1) == 1
    assert max(levels) == 2


def test_what_has_only_an_icon_has_a_name(ana):
    tree = ana.page.locator("body").aria_snapshot()
    for name in ("Your rooms", "Search this room", "More about this room", "Send", "Log out"):
        assert name in tree
