"""Drafts and unsent messages in a browser are never shown to, or sent by, another user."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

CUT = ("WebSocket connection to", "htmx:ws:error", "net::ERR_", "htmx:error", "403")
SOON = 60_000  # milliseconds, enough for a page to reconnect
KEPT = "() => JSON.stringify(Object.entries(sessionStorage))"
SECRET = "Ana's own words"


@pytest.fixture
def ana(visitor, line):
    ana = visitor("ana", line)
    ana.forgive(*CUT)
    ana.log_in()
    return ana


@pytest.fixture
def room(ana, meet, person):
    """The path of a room of Ana and Bruno that Ana has open in a live page."""
    path = meet(ana, person("bruno"))
    ana.goto(path)
    expect(ana.page.locator("#main")).to_have_attribute("data-live", "1")
    return path


# What is sent after the text is lost after it.
SEND_NOISE = """() => {
  const noise = crypto.getRandomValues(new Uint32Array(1000)).join()
  document.getElementById('main').connection.socket.send(noise)
}"""
NOISE = 4000  # bytes; it cannot be compressed further


def send_into_the_void(ana, line):
    line.loses = line.loses_posts = True
    ana.write(SECRET)
    ana.composer.press("Enter")
    expect(ana.page.locator("#pending li")).to_have_text([SECRET])
    ana.page.wait_for_function("() => document.querySelector('#pending li').socket")
    lost = line.lost
    ana.page.evaluate(SEND_NOISE)
    while line.lost < lost + NOISE:
        ana.page.wait_for_timeout(20)


def write_a_draft(ana, line):
    ana.write(SECRET)


def log_out(ana):
    ana.page.locator("form[action='/accounts/logout/'] button").first.click()
    expect(ana.page.locator("[name=login]")).to_be_visible()


def lose_the_cookies(ana):
    ana.goto("/people/")
    ana.context.clear_cookies()


def end_the_session_elsewhere(ana):
    tab = ana.context.new_page()
    tab.goto(ana.url + "/")
    tab.locator("form[action='/accounts/logout/'] button").first.click()
    expect(tab.locator("[name=login]")).to_be_visible()
    tab.close()


def is_logged_out(ana):
    expect(ana.page.locator("body")).to_have_attribute("data-connection", "login", timeout=SOON)


def come_as_bruno(ana, path):
    """Log in as Bruno, in Ana's tab; return him."""
    ana.name = "bruno"
    ana.log_in()
    ana.goto(path)
    ana.is_connected()
    return ana


@pytest.mark.parametrize("leave", [log_out, lose_the_cookies, end_the_session_elsewhere])
@pytest.mark.parametrize("write", [write_a_draft, send_into_the_void])
def test_who_logs_in_next_sees_and_sends_nothing_of_it(ana, room, line, write, leave):
    write(ana, line)
    leave(ana)
    line.loses = line.loses_posts = False
    bruno = come_as_bruno(ana, room)
    expect(bruno.composer).to_have_value("")
    expect(bruno.page.locator("#pending li")).to_have_count(0)
    bruno.say("Bruno's")
    bruno.sees("Bruno's")
    assert SECRET not in bruno.page.evaluate(KEPT)


def test_the_same_person_finds_a_draft_again(ana, room):
    ana.write("Not finished")
    ana.goto("/")
    ana.goto(room)
    expect(ana.composer).to_have_value("Not finished")


def test_a_tab_that_is_logged_out_keeps_nothing(ana, room, line):
    send_into_the_void(ana, line)
    line.loses = False
    end_the_session_elsewhere(ana)
    is_logged_out(ana)
    assert ana.page.evaluate(KEPT) == "[]"
    expect(ana.composer).to_have_value(SECRET)  # the open page is still Ana's
    ana.write("!")
    assert ana.page.evaluate(KEPT) == "[]"


def test_an_open_page_sends_nothing_in_the_name_of_who_has_logged_in_since(
    ana, room, line, visitor
):
    send_into_the_void(ana, line)
    line.cut_sockets()
    bruno = visitor("bruno", line)
    bruno.forgive(*CUT)
    bruno.log_in()
    ana.context.clear_cookies()
    ana.context.add_cookies(bruno.context.cookies())
    line.loses, line.has_sockets = False, True
    is_logged_out(ana)
    line.loses_posts = False
    ana.composer.press("Enter")  # Enter, because the page now sends by form
    expect(ana.page.locator("#compose-errors")).to_contain_text("Somebody else has logged in")
    bruno.goto(room)
    bruno.is_connected()
    bruno.sees()


def test_a_page_that_comes_back_as_it_was_left_is_asked_for_anew(ana, room):
    ana.page.evaluate("window.isOld = true")
    with ana.page.expect_navigation():
        ana.page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    assert ana.page.evaluate("window.isOld") is None
