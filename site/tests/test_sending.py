"""Sending over connections that are slow, lose data or block WebSockets, in real Chromium."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

# Chromium's errors for a connection that is cut.
CUT = ("WebSocket connection to", "htmx:ws:error", "net::ERR_", "htmx:error", "422")
SOON = 15_000  # milliseconds, for something that is retried every few seconds


@pytest.fixture
def ana(visitor, line):
    ana = visitor("ana", line)
    ana.forgive(*CUT)
    ana.log_in()
    return ana


@pytest.fixture
def room(ana, meet):
    """The path of a new room without members."""
    path = meet(ana)
    ana.goto("/")
    return path


@pytest.fixture
def pending(ana):
    return ana.page.locator("#pending li")


def arrive(ana, room):
    ana.goto(room)
    expect(ana.composer).to_be_visible()


def test_three_quick_messages_on_a_slow_line_arrive_as_three(ana, room, line, pending):
    arrive(ana, room)
    ana.is_connected()
    line.delay = 0.75
    for text in ("hello", "how are you", "fine"):
        ana.write(text)
        ana.composer.press("Enter")
        expect(ana.composer).to_have_value("")
    ana.write("and then")
    expect(pending).to_have_text(["hello", "how are you", "fine"])
    expect(pending.first).to_be_visible()
    expect(ana.bodies).to_have_text(["hello", "how are you", "fine"], timeout=SOON)
    expect(pending).to_have_count(0)
    expect(ana.composer).to_have_value("and then")
    expect(ana.composer).to_be_focused()


def test_what_is_sent_before_the_page_is_live_is_sent_once(ana, room, line):
    line.delay = 0.75
    arrive(ana, room)
    for text in ("hello", "how are you", "fine"):
        ana.composer.press_sequentially(text)
        ana.composer.press("Enter")
    expect(ana.bodies).to_have_text(["hello", "how are you", "fine"], timeout=SOON)
    line.delay = 0
    ana.page.reload()
    ana.sees("hello", "how are you", "fine")
    expect(ana.composer).to_have_value("")


def test_where_no_websocket_gets_through_each_is_sent_once(ana, room, line, pending):
    line.has_sockets = False
    arrive(ana, room)
    for text in ("one", "two"):
        ana.write(text)
        ana.composer.press("Enter")
    expect(ana.composer).to_have_value("")
    expect(ana.bodies).to_have_text(["one", "two"], timeout=SOON)
    expect(pending).to_have_count(0)
    assert line.posts == 2
    ana.page.reload()
    ana.sees("one", "two")
    expect(ana.composer).to_have_value("")


def test_where_the_websocket_is_blocked_later_it_is_posted(ana, room, line):
    arrive(ana, room)
    ana.say("by the socket")
    line.cut_sockets()
    ana.write("by the form")
    ana.composer.press("Enter")
    expect(ana.bodies).to_have_text(["by the socket", "by the form"], timeout=2 * SOON)
    ana.page.reload()
    ana.sees("by the socket", "by the form")


def test_what_a_line_swallows_is_sent_again(ana, room, line, pending):
    arrive(ana, room)
    ana.is_connected()
    line.loses = True
    ana.write("into the void")
    ana.composer.press("Enter")
    expect(pending).to_have_text(["into the void"])
    line.loses = False
    expect(ana.bodies).to_have_text(["into the void"], timeout=2 * SOON)
    expect(pending).to_have_count(0)


def test_a_post_whose_answer_is_lost_is_repeated_and_stored_once(ana, room, line, pending):
    line.has_sockets, line.loses_answers = False, True
    arrive(ana, room)
    ana.write("once")
    ana.composer.press("Enter")
    while line.posts < 1:
        ana.page.wait_for_timeout(50)
    expect(pending).to_have_text(["once"])
    line.loses_answers = False
    expect(ana.bodies).to_have_text(["once"], timeout=SOON)
    ana.page.reload()
    ana.sees("once")


def test_what_is_refused_comes_back_below_what_is_being_written(ana, room, line, pending):
    arrive(ana, room)
    ana.is_connected()
    line.delay = 0.5
    ana.composer.fill("x" * 8107)
    ana.composer.press("Enter")
    ana.write("next")
    errors = ana.page.locator("#compose-errors")
    expect(errors).to_have_text("Too long by 107 characters.")
    expect(ana.composer).to_have_value("next\n" + "x" * 8107)
    expect(pending).to_have_count(0)
    expect(ana.bodies).to_have_count(0)


IME = """(field, [code, composing]) => {
    const key = {key: "Enter", keyCode: code, isComposing: composing, bubbles: true,
                 cancelable: true};
    return field.dispatchEvent(new KeyboardEvent("keydown", key));
}"""


@pytest.mark.parametrize(("code", "composing"), [(229, False), (229, True), (13, True)])
def test_the_enter_that_ends_a_word_of_an_input_method_sends_nothing(
    ana, room, pending, code, composing
):
    arrive(ana, room)
    ana.is_connected()
    ana.composer.fill("かんじ")
    went_on = ana.composer.evaluate(IME, [code, composing])
    assert (went_on, ana.composer.input_value()) == (True, "かんじ")
    assert ana.composer.evaluate(IME, [13, False]) is False
    ana.sees("かんじ")


def test_an_empty_room_says_so_until_something_is_said_there(person, meet):
    ana = person("ana")
    ana.goto(meet(ana))
    nothing = ana.page.locator(".conversation .nothing")
    expect(nothing).to_be_visible()
    ana.say("Hello")
    expect(nothing).to_be_hidden()
