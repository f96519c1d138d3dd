"""History in real Chromium: older messages, a page in the middle, and back to the newest."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

POSITIONS = "nodes => nodes.map(node => Number(node.dataset.position))"


def positions(someone):
    """Return the positions of all messages on the page, in the page's order.

    A click on a link returns once the answer begins: wait until the whole page is there.
    """
    someone.page.wait_for_load_state("domcontentloaded")
    shown = someone.page.locator("#scroller .message").filter(visible=True)
    return shown.evaluate_all(POSITIONS)


def newest_in_the_library(someone):
    """Open the library and return its newest position: one of these tests posts there too."""
    someone.goto("/rooms/library/")
    expect(someone.page.locator("#scroller .message").last).to_be_in_viewport()
    newest = positions(someone)[-1]
    assert newest >= 130
    return newest


def scroll_to_the_top(someone):
    # Scroll the container: the link is replaced as soon as it comes into view.
    someone.page.locator("#scroller").evaluate("scroller => { scroller.scrollTop = -1e6 }")


def scroll_to_the_bottom(someone):
    someone.page.locator("#scroller").evaluate("scroller => { scroller.scrollTop = 0 }")


def open_in_the_middle(someone):
    """Open the library around message 30, and wait for the newer ones that load below.

    The page has the messages 5 to 54, and from its lower end on 55 to 104.
    """
    someone.goto("/rooms/library/?around=30")
    expect(someone.page.locator("#scroller [data-position='104']")).to_be_attached()


@pytest.fixture
def ana(person):
    return person("ana")


def test_a_room_opens_with_its_newest_messages_in_view(ana):
    newest = newest_in_the_library(ana)
    expect(ana.page.locator(f"#scroller [data-position='{newest}']")).to_be_in_viewport()
    assert positions(ana) == list(range(newest - 49, newest + 1))


def test_older_messages_come_as_one_scrolls(ana):
    newest = newest_in_the_library(ana)
    for first in (newest - 99, 1):
        scroll_to_the_top(ana)
        expect(ana.page.locator(f"#scroller [data-position='{first}']")).to_be_attached()
        assert positions(ana) == list(range(first, newest + 1))
    expect(ana.page.locator("#older a").filter(visible=True)).to_have_count(0)


def test_what_one_reads_stays_in_place_when_older_messages_come(ana):
    first = newest_in_the_library(ana) - 49
    scroll_to_the_top(ana)
    expect(ana.page.locator(f"#scroller [data-position='{first - 50}']")).to_be_attached()
    ana.page.wait_for_timeout(300)
    expect(ana.page.locator(f"#scroller [data-position='{first}']")).to_be_in_viewport()


def test_what_one_reads_stays_in_place_when_newer_messages_come(ana):
    open_in_the_middle(ana)
    ana.page.wait_for_timeout(300)
    expect(ana.page.locator("#scroller [data-position='54']")).to_be_in_viewport()


def test_older_messages_are_behind_a_link_without_scripts(person):
    ana = person("ana", javascript=False)
    ana.read_plainly("/rooms/library/")
    oldest = positions(ana)[0]
    for newest in (oldest - 1, oldest - 51):
        ana.page.locator("#older a").click()
        assert positions(ana) == list(range(max(1, newest - 49), newest + 1))
    expect(ana.page.locator("#older a").filter(visible=True)).to_have_count(0)


def test_a_permalink_leads_into_the_middle_of_history_and_on_in_both_directions(ana):
    open_in_the_middle(ana)
    shown = positions(ana)
    assert shown == list(range(5, 105))
    scroll_to_the_bottom(ana)
    expect(ana.page.locator(f"#scroller [data-position='{shown[-1] + 1}']")).to_be_visible()
    scroll_to_the_top(ana)
    expect(ana.page.locator(f"#scroller [data-position='{shown[0] - 1}']")).to_be_visible()
    shown = positions(ana)
    assert shown == list(range(shown[0], shown[-1] + 1))


def test_newer_messages_wait_for_the_script_that_keeps_the_place(ana):
    held = []
    ana.page.route("**/history*.js", lambda route: held.append(route))
    with ana.page.expect_request("**/history*.js"):
        ana.goto("/rooms/library/?around=30")
    ana.is_connected()
    ana.page.wait_for_timeout(500)
    assert positions(ana) == list(range(5, 55))
    held.pop().continue_()
    expect(ana.page.locator("#scroller [data-position='104']")).to_be_attached()
    assert positions(ana) == list(range(5, 105))


def test_the_address_of_a_message_shows_it_among_its_neighbours(ana):
    ana.goto("/rooms/library/?before=60")
    address = ana.message("Message number 50").locator("a[href^='/messages/']").first
    ana.goto(address.get_attribute("href"))
    expect(ana.message("Message number 50")).to_be_in_viewport()
    assert 49 in positions(ana)
    assert 51 in positions(ana)


def test_the_middle_of_history_says_how_many_are_new_and_offers_the_newest(person, meet, ana):
    bruno = person("bruno")
    open_in_the_middle(ana)
    before = positions(ana)
    bruno.goto("/rooms/library/")
    bruno.say("Something new")
    newest = ana.page.locator("#newest")
    expect(newest).to_contain_text("1")
    assert positions(ana) == before
    newest.locator("a").click()
    expect(ana.message("Something new")).to_be_in_viewport()
    expect(ana.page).to_have_url(re.compile(r"/rooms/library/(#.*)?$"))


LOADED = "() => performance.getEntriesByType('resource').map(entry => entry.name)"
FILL = """log => {
    while (log.children.length < 299) log.prepend(log.lastElementChild.cloneNode(true))
}"""


def test_old_messages_leave_a_page_that_is_left_open_and_come_back_by_paging(ana, meet):
    meet(ana)
    ana.is_connected()
    ana.say("Copied")
    ana.page.locator("#messages").evaluate(FILL)
    ana.write("The 300th")
    ana.composer.press("Enter")
    expect(ana.bodies).to_have_count(200)
    expect(ana.bodies.last).to_have_text("The 300th")
    expect(ana.page.locator("#older a")).to_have_attribute("hx-get", "?before=1")


def test_the_middle_of_history_stays_however_much_comes(person, ana):
    bruno = person("bruno")
    open_in_the_middle(ana)
    ana.is_connected()
    unread = int(ana.page.locator("#newer-count").text_content() or 0)  # of the other test
    ana.page.locator("#messages").evaluate(
        "log => { while (log.children.length < 300) log.append(document.createElement('p')) }"
    )
    before = positions(ana)
    bruno.goto("/rooms/library/")
    bruno.say("Something newer")
    while not any("prune" in name for name in ana.page.evaluate(LOADED)):
        ana.page.wait_for_timeout(50)
    bruno.say("And newer")
    expect(ana.page.locator("#newer-count")).to_have_text(str(unread + 302))
    assert positions(ana) == before
