"""The composer says what became of a text, and a message is edited as it was written."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

CUT = ("WebSocket connection to", "htmx:ws:error", "net::ERR_", "htmx:error")
SOON = 15_000  # milliseconds, for something that is retried every few seconds


@pytest.fixture
def ana(visitor, line, meet):
    """Ana, with a live page of a new room."""
    ana = visitor("ana", line)
    ana.forgive(*CUT)
    ana.log_in()
    ana.room = meet(ana)
    ana.is_connected()
    return ana


@pytest.fixture
def unsent(ana):
    return ana.page.locator("#unsent")


def send(ana, text):
    ana.write(text)
    ana.composer.press("Enter")


def test_a_text_that_nobody_acknowledges_is_not_sent_although_the_line_seems_open(
    ana, line, unsent
):
    line.loses = line.swallows_posts = True
    send(ana, "Into the void")
    expect(unsent).to_contain_text("Not sent", timeout=5_000)
    assert ana.page.evaluate("navigator.onLine")
    line.loses = line.swallows_posts = False
    unsent.get_by_role("button", name="Retry").click()
    expect(ana.bodies).to_have_text(["Into the void"], timeout=2 * SOON)
    expect(unsent).to_have_text("")


def test_what_is_acknowledged_in_time_is_never_called_unsent(ana, line, unsent):
    line.delay = 0.5
    for text in ("one", "two", "three", "four"):
        send(ana, text)
        expect(ana.bodies.last).to_have_text(text)
        expect(unsent).to_have_text("")


def test_a_browser_that_is_offline_says_so_and_sends_when_it_is_back(ana, line, unsent):
    ana.context.set_offline(True)
    expect(ana.page.locator("#connection")).to_contain_text("Offline")
    line.cut_sockets()
    send(ana, "Written in a tunnel")
    expect(unsent).to_contain_text("Offline", timeout=6_000)
    line.has_sockets = True
    ana.context.set_offline(False)
    expect(ana.bodies).to_have_text(["Written in a tunnel"], timeout=2 * SOON)
    expect(unsent).to_have_text("")


def test_what_sends_is_not_needed_from_a_server_that_was_killed(ana, server):
    """The first letter is written when the server is away already."""
    server.kill()
    expect(ana.page.locator("body")).to_have_attribute("data-connection", "lost")
    send(ana, "First words")
    server.start()
    expect(ana.bodies).to_have_text(["First words"], timeout=2 * SOON)
    ana.page.reload()
    ana.sees("First words")
    expect(ana.composer).to_have_value("")


def test_sending_while_scrolled_up_goes_to_the_end(person):
    ana = person("ana")
    ana.goto("/rooms/library/")
    ana.is_connected()
    scroller = ana.page.locator("#scroller")
    scroller.evaluate("log => log.scrollTop = -2000")
    expect(scroller).to_have_attribute("data-scrolled", "true")
    ana.say("From above")
    expect(ana.bodies.last).to_be_in_viewport()
    expect(scroller).to_have_attribute("data-scrolled", "false")


def test_sending_in_the_middle_of_history_goes_to_where_the_message_is(person):
    ana = person("ana")
    ana.goto("/rooms/library/?around=30")
    ana.is_connected()
    ana.write("From the middle")
    ana.composer.press("Enter")
    expect(ana.bodies.last).to_have_text("From the middle")
    expect(ana.bodies.last).to_be_in_viewport()
    expect(ana.composer).to_have_value("")


def test_the_composer_has_the_focus_but_not_from_a_permalink(ana):
    expect(ana.composer).to_be_focused()
    ana.say("A place to come to")
    ana.page.locator("#messages .message-time").last.click()
    ana.page.wait_for_url("**#message-*")
    ana.is_connected()
    expect(ana.composer).not_to_be_focused()


def test_on_a_touch_screen_nothing_is_focused_and_enter_breaks_the_line(browser, ana):
    phone = browser.new_context(
        viewport={"width": 390, "height": 800},
        has_touch=True,
        is_mobile=True,
        storage_state=ana.context.storage_state(),
    )
    ana.say("Edit me")
    page = phone.new_page()
    page.goto(ana.url + ana.room)
    expect(page.locator("#people")).to_contain_text("ana")
    expect(page.locator("#body")).not_to_be_focused()
    page.locator("#messages .menu summary").last.click()
    page.locator("#messages [data-edit]").click()
    field = page.locator("#messages textarea")
    field.press("End")
    field.press("Enter")
    expect(field).to_have_value("Edit me\n")
    phone.close()


def test_a_message_is_edited_with_the_keyboard_and_keeps_its_name(ana):
    ana.say("Helo")
    ana.composer.press("ArrowUp")
    field = ana.page.locator("#messages textarea")
    expect(field).to_be_focused()
    message = ana.page.locator("#messages .message")
    expect(message.locator(".message-author")).to_have_text("ana")
    expect(message.locator(".avatar")).to_be_visible()
    field.press("End")
    field.press("Shift+Enter")
    field.type("Hello")
    field.press("Enter")
    ana.sees("Helo\nHello")
    expect(ana.composer).to_be_focused()


def test_escape_leaves_the_form_and_the_question_as_it_was(ana):
    ana.say("Stays")
    ana.composer.press("ArrowUp")
    field = ana.page.locator("#messages textarea")
    field.fill("Something else")
    field.press("Escape")
    ana.sees("Stays")
    expect(ana.composer).to_be_focused()
    ana.choose("Stays", "Delete")
    ana.page.locator("#messages .message-choices button").press("Escape")
    ana.sees("Stays")


def test_a_text_that_is_too_long_stays_in_the_form_with_the_reason_beside_it(ana):
    ana.forgive("422")
    ana.say("Short")
    ana.composer.press("ArrowUp")
    field = ana.page.locator("#messages textarea")
    field.fill("x" * 8107)
    field.press("Enter")
    expect(ana.page.locator("#messages .field-errors")).to_have_text("Too long by 107 characters.")
    expect(field).to_have_value("x" * 8107)
    expect(field).to_be_focused()


IME = """(field, [key, code, composing]) => {
    const event = {key, keyCode: code, isComposing: composing, bubbles: true, cancelable: true};
    return field.dispatchEvent(new KeyboardEvent("keydown", event));
}"""


@pytest.mark.parametrize("key", ["Enter", "Escape"])
def test_an_input_method_has_its_own_keys_while_one_edits(ana, key):
    ana.say("kanji")
    ana.composer.press("ArrowUp")
    field = ana.page.locator("#messages textarea")
    field.fill("かんじ")
    for code, composing in ((229, False), (229, True), (13, True)):
        assert field.evaluate(IME, [key, code, composing]) is True
    expect(field).to_have_value("かんじ")
    field.press("Enter")
    ana.sees("かんじ")
