"""Pinning between two people: in Chromium and Firefox with and without scripts, in w3m and lynx."""

import pytest
from playwright.sync_api import expect

from .firefox import Firefox
from .terminals import Lynx, W3m

pytestmark = pytest.mark.browser

ENTER = "\ue007"
PIN = ".message .pinner-only [name^='pin:']"
UNPIN = ".message .pinner-only [name^='unpin:']"


@pytest.fixture
def ana(person, meet):
    """Ana, in a room of hers with a message."""
    ana = person("ana")
    ana.room = meet(ana)
    ana.is_connected()
    ana.say("The key is under the mat")
    return ana


@pytest.fixture
def bruno(person, ana):
    """Bruno, who joins the room as a member."""
    bruno = person("bruno")
    bruno.goto(ana.room)
    bruno.page.get_by_role("button", name="Join room").click()
    bruno.is_connected()
    return bruno


def press(someone, button):
    someone.message("The key").hover()
    someone.page.locator(button).click()


def shows(someone, number):
    """Wait until the header and the message of a page show so many pins, 0 or 1."""
    expect(someone.page.locator("#pins a")).to_have_count(number)
    expect(someone.page.locator("#messages .message-pinned")).to_have_count(number)
    if number:
        expect(someone.page.locator("#pins a")).to_have_text(f"{number} pinned")


def test_everybody_sees_what_a_moderator_pins_without_a_page_load(ana, bruno):
    bruno.page.evaluate("window.kept = 1")
    press(ana, PIN)
    shows(ana, 1)
    shows(bruno, 1)
    press(ana, UNPIN)
    shows(ana, 0)
    shows(bruno, 0)
    assert bruno.page.evaluate("window.kept") == 1


def test_a_member_is_not_offered_it_in_what_is_pushed(ana, bruno):
    press(ana, PIN)
    shows(bruno, 1)
    bruno.message("The key").hover()
    expect(bruno.page.locator(UNPIN)).to_have_count(1)
    expect(bruno.page.locator(UNPIN)).to_be_hidden()


def test_deleting_the_message_takes_the_number_away_at_once(ana, bruno):
    press(ana, PIN)
    shows(bruno, 1)
    ana.choose("The key", "Delete")
    ana.page.get_by_role("button", name="Delete", exact=True).click()
    shows(bruno, 0)


def test_the_list_leads_to_the_message_and_unpins_it(ana, bruno):
    press(ana, PIN)
    shows(bruno, 1)
    bruno.page.locator("#pins a").click()
    expect(bruno.page.locator(".found")).to_contain_text("Pinned by ana")
    expect(bruno.page.get_by_role("button", name="Unpin")).to_have_count(0)
    bruno.page.get_by_role("link", name="Show it in the conversation").click()
    expect(bruno.page.locator(".message:target")).to_contain_text("The key is under the mat")
    ana.page.locator("#pins a").click()
    ana.page.get_by_role("button", name="Unpin").click()
    expect(ana.page.locator(".nothing")).to_contain_text("Nothing is pinned here.")
    shows(bruno, 0)


def test_both_people_of_a_direct_conversation_pin(person, ana):
    bruno = person("bruno")
    for someone, other in ((ana, "bruno"), (bruno, "ana")):
        someone.goto(f"/people/{other}/")
        someone.page.get_by_role("button", name="Message").click()
    bruno.say("The key is in the drawer")
    expect(ana.message("The key")).to_be_visible()
    title = ana.page.locator("#room-header").inner_text()
    press(ana, PIN)
    shows(bruno, 1)
    press(bruno, UNPIN)
    shows(ana, 0)
    assert ana.page.locator("#room-header").inner_text() == title


def test_without_scripts_one_click_pins_and_leads_back(ana, person):
    plain = person("ana", javascript=False)
    plain.read_plainly(ana.room)
    press(plain, PIN)
    shows(plain, 1)
    shows(ana, 1)
    press(plain, UNPIN)
    shows(plain, 0)


def test_the_live_frame_without_scripts_pins_with_one_click(ana, person):
    plain = person("ana", javascript=False)
    plain.goto(ana.room)
    frame = plain.page.frame_locator("#live")
    frame.locator(".message").hover()
    frame.locator(PIN).click()
    shows(ana, 1)
    expect(frame.locator(".message-pinned")).to_have_count(1)
    expect(plain.page).to_have_url(f"{plain.url}{ana.room}")


@pytest.fixture
def firefox(server, tmp_path, ana):
    """Return a function that opens the room in Ana's Firefox."""
    opened = []

    def visit(javascript, query=""):
        firefox = Firefox(tmp_path, javascript=javascript, mouse=True)
        opened.append(firefox)
        firefox.log_in(server.url, "ana")
        with firefox.new_page():
            firefox.goto(f"{server.url}{ana.room}{query}")
        return firefox

    yield visit
    for firefox in opened:
        firefox.quit()


def test_firefox_with_scripts_pins_and_unpins(ana, firefox):
    other = firefox(javascript=True)
    other.find("title[data-calls]")  # the script has run
    other.evaluate("selector => document.querySelector(selector).click()", PIN)
    shows(ana, 1)
    other.find("#pins a")
    other.evaluate("selector => document.querySelector(selector).click()", UNPIN)
    shows(ana, 0)


def test_firefox_without_scripts_pins_with_one_click(ana, firefox):
    other = firefox(javascript=False, query="?reading=plain")
    with other.new_page():
        other.fill(PIN, ENTER)
    shows(ana, 1)
    other.find("#pins a")
    with other.new_page():
        other.fill(UNPIN, ENTER)
    shows(ana, 0)


def test_w3m_pins_in_two_steps_and_unpins_from_the_list(terminal, server, ana):
    w3m = terminal(W3m)
    w3m.log_in(server.url, "ana", ana.room)
    w3m.shows("(?s)The key.*Pin")
    assert "Unpin" not in w3m.screen
    w3m.follow("Pin")
    w3m.shows("(?s)Pin a message.*The key.*Everybody finds")
    w3m.find("top of the room")
    w3m.press("Tab", "Enter")
    w3m.shows("(?s)pinned.*The key.*Unpin")
    shows(ana, 1)
    w3m.follow("1 pinned")
    w3m.shows("(?s)Pinned in.*The key.*Pinned by ana.*Unpin")
    w3m.follow("Unpin")
    w3m.shows("Nothing is pinned here")
    shows(ana, 0)


def test_lynx_pins_in_two_steps_and_unpins_from_the_list(terminal, server, ana):
    lynx = terminal(Lynx)
    lynx.log_in(server.url, "ana", ana.room)
    lynx.shows("(?s)The key.*Pin")
    lynx.follow("Pin")
    lynx.shows("(?s)Pin a message.*The key.*Everybody finds")
    lynx.follow("(BUTTON) Pin")
    lynx.shows("(?s)pinned.*The key.*Unpin")
    shows(ana, 1)
    lynx.follow("1 pinned")
    lynx.shows("(?s)Pinned in.*The key.*Pinned by ana.*Unpin")
    lynx.find("Show it in the conversation")
    lynx.tab()
    lynx.press("Enter")
    lynx.shows("Nothing is pinned here")
    shows(ana, 0)
