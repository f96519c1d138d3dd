"""A live conversation of two users in real Chromium."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.fixture
def ana(person):
    return person("ana")


@pytest.fixture
def bruno(person):
    return person("bruno")


@pytest.fixture
def room(meet, ana, bruno):
    """The path of a room that Ana and Bruno have open, each in a live page."""
    path = meet(ana, bruno)
    for someone in (ana, bruno):
        someone.is_connected()
    return path


def test_each_sees_what_the_other_says_at_once_and_in_order(room, ana, bruno):
    ana.say("Hello, Bruno")
    bruno.say("Hello, Ana")
    ana.say("How are you?")
    for someone in (ana, bruno):
        someone.sees("Hello, Bruno", "Hello, Ana", "How are you?")


def test_enter_sends_and_shift_enter_breaks_the_line(room, ana, bruno):
    ana.write("First")
    ana.composer.press("Shift+Enter")
    ana.write("Second")
    ana.composer.press("Enter")
    expect(bruno.bodies).to_have_text(["First Second"])
    assert bruno.bodies.first.inner_text() == "First\nSecond"
    expect(ana.composer).to_have_value("")


def test_the_page_shows_after_a_reload_what_it_showed_live(room, ana, bruno):
    ana.write("Some *words* and `code`")
    ana.composer.press("Enter")
    live = bruno.page.locator("#messages .message").last
    expect(live).to_contain_text("Some words and code")
    pushed = live.locator(".message-body").inner_html()
    bruno.page.reload()
    assert bruno.bodies.last.inner_html() == pushed


def test_an_edit_is_made_in_place_and_seen_by_everybody(room, ana, bruno):
    ana.say("Helo")
    ana.choose("Helo", "Edit")
    expect(ana.page).to_have_url(ana.url + room)
    field = ana.page.locator("#messages textarea")
    expect(field).to_have_value("Helo")
    field.fill("Hello")
    ana.page.locator("#messages .message button").first.click()
    for someone in (ana, bruno):
        someone.sees("Hello")
        expect(someone.page.locator("#messages .message[data-edited]")).to_be_visible()


def test_nobody_is_offered_to_edit_what_another_said(room, ana, bruno):
    ana.say("Mine")
    bruno.message("Mine").hover()
    expect(bruno.message("Mine").locator("[data-edit]")).to_be_hidden()
    expect(ana.message("Mine").locator("[data-edit]")).to_be_attached()


def test_a_push_does_not_take_away_the_form_in_which_one_edits(room, ana, bruno):
    ana.say("To be edited")
    ana.choose("To be edited", "Edit")
    field = ana.page.locator("#messages textarea")
    field.fill("Half of a new sen")
    bruno.say("Meanwhile")
    expect(ana.bodies.last).to_have_text("Meanwhile")
    expect(field).to_have_value("Half of a new sen")
    expect(field).to_be_focused()


def test_a_deleted_message_leaves_a_tombstone_for_both(room, ana, bruno):
    ana.say("Stays")
    ana.say("Goes away")
    ana.choose("Goes away", "Delete")
    ana.page.locator("#messages .message-asking form button").first.click()
    for someone in (ana, bruno):
        someone.sees("Stays", "This message was deleted.")
        expect(someone.page.locator("#messages")).not_to_contain_text("Goes away")


def test_the_focus_goes_back_to_where_one_was_before_editing_or_deleting(room, ana, bruno):
    ana.say("Helo")
    ana.composer.press("ArrowUp")
    field = ana.page.locator("#messages textarea")
    expect(field).to_be_focused()
    field.fill("Hello")
    field.press("Tab")
    ana.page.keyboard.press("Enter")
    bruno.sees("Hello")
    expect(ana.composer).to_be_focused()

    first_link = ana.message("Hello").get_by_role("link").first
    ana.choose("Hello", "Edit")
    expect(field).to_be_focused()
    ana.page.locator("#messages [data-editing] [data-cancel]").click()
    expect(first_link).to_be_focused()
    ana.choose("Hello", "Delete")
    ana.page.locator("#messages .message-asking form button").click()
    bruno.sees("This message was deleted.")
    expect(ana.message("was deleted").get_by_role("link").first).to_be_focused()


def test_people_are_shown_as_they_come_and_go(room, ana, bruno):
    people = ana.page.locator("#people")
    expect(people).to_contain_text("bruno")
    bruno.page.close()
    expect(people).not_to_contain_text("bruno")
    bruno.page = bruno.new_page()
    bruno.goto(room)
    expect(people).to_contain_text("bruno")


def test_the_others_see_who_is_typing_until_it_is_said(room, ana, bruno):
    bruno.write("I am wri")
    hint = ana.page.locator("#typing .typist")
    expect(hint).to_be_visible()
    expect(hint).to_contain_text("bruno")
    expect(bruno.page.locator("#typing .typist").filter(visible=True)).to_have_count(0)
    bruno.write("ting")
    bruno.composer.press("Enter")
    expect(hint).to_have_count(0)


def test_another_room_is_marked_while_it_holds_something_unread(room, meet, ana, bruno):
    other = meet(ana, bruno)
    ana.goto(room)
    ana.is_connected()
    bruno.goto(other)
    mark = ana.page.locator(f"#sidebar li:has(a[href='{other}']) .unread")
    expect(mark).to_have_text("")
    bruno.say("Over here")
    expect(mark).to_have_text(re.compile(r"\S"))

    second_tab = ana.new_page()
    second_tab.goto(ana.url + other)
    expect(second_tab.locator("#messages")).to_contain_text("Over here")
    expect(mark).to_have_text("")


def test_a_direct_conversation_shows_in_the_list_as_soon_as_it_is_begun(room, ana, bruno):
    links = ana.page.locator("#rooms li", has_text="bruno")
    expect(links).to_have_count(0)
    bruno.page.locator("#room-header a[href='#about']").click()
    bruno.page.locator("#people a", has_text="ana").click()
    bruno.page.get_by_role("button", name="Message ana").click()
    bruno.page.wait_for_url("**/rooms/**")
    bruno.say("Psst")
    expect(links).to_have_count(1)
    expect(links.locator(".unread")).to_have_text(re.compile(r"\S"))
    expect(ana.page.locator("#rooms [aria-current=page]")).to_have_count(1)
    ana.page.locator("#rooms a", has_text="bruno").click()
    ana.sees("Psst")


def test_what_is_new_since_the_last_visit_stands_under_a_line(room, ana, bruno):
    ana.say("Seen by Bruno")
    bruno.sees("Seen by Bruno")
    bruno.page.wait_for_timeout(500)
    bruno.goto("/")
    ana.say("Not seen yet")
    bruno.goto(room)
    line = bruno.page.locator("#new")
    expect(line).to_be_visible()
    following = line.locator("xpath=following-sibling::*[1]")
    expect(following.locator(".message-body")).to_have_text("Not seen yet")


def test_what_comes_live_stands_below_what_was_new(room, ana, bruno):
    ana.say("Seen by Bruno")
    bruno.sees("Seen by Bruno")
    bruno.page.wait_for_timeout(500)
    bruno.goto("/")
    ana.say("Not seen yet")
    bruno.goto(room)
    bruno.is_connected()
    ana.say("Just now")
    bruno.sees("Seen by Bruno", "Not seen yet", "Just now")
    bruno.say("And this")
    bruno.sees("Seen by Bruno", "Not seen yet", "Just now", "And this")


def test_two_quick_messages_arrive_both_and_nothing_typed_is_eaten(room, ana, bruno, server):
    server.freeze()
    ana.write("One")
    ana.composer.press("Enter")
    ana.write(" and the beginning of two")
    server.thaw()
    bruno.sees("One")
    expect(ana.composer).to_have_value(re.compile("and the beginning of two$"))
    expect(ana.composer).to_be_focused()
    ana.composer.press("Enter")
    bruno.sees("One", "and the beginning of two")
    expect(ana.composer).to_have_value("")


def test_a_draft_outlives_a_reload_and_a_look_into_another_room(room, ana):
    ana.write("Not finished")
    ana.page.reload()
    expect(ana.composer).to_have_value("Not finished")
    ana.goto("/")
    ana.goto(room)
    expect(ana.composer).to_have_value("Not finished")


def test_what_is_refused_stays_in_the_composer_with_a_sentence(room, ana, bruno):
    ana.composer.evaluate("field => field.removeAttribute('maxlength')")
    ana.composer.fill("x" * 8001)
    ana.composer.press("Enter")
    expect(ana.page.locator("#compose-errors")).to_have_text(re.compile(r"\S"))
    expect(ana.composer).to_have_value("x" * 8001)
    ana.composer.fill("Shorter")
    ana.composer.press("Enter")
    bruno.sees("Shorter")
    expect(ana.page.locator("#compose-errors")).to_have_text("")


def test_logging_out_in_one_tab_ends_the_other(visitor, server, meet, bruno):
    eve = visitor("eve", server)
    eve.log_in()
    path = meet(eve, bruno)
    eve.is_connected()
    tab = eve.new_page()
    tab.goto(eve.url + "/")
    tab.locator("form[action='/accounts/logout/'] button").first.click()
    expect(eve.page.locator("#connection")).to_have_text(re.compile("logged out"))
    bruno.goto(path)
    bruno.say("Can Eve read this?")
    expect(eve.page.locator("#messages")).not_to_contain_text("Can Eve")
