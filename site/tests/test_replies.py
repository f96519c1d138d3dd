"""Answers in real browsers: Chromium and Firefox, with and without scripts, w3m and lynx."""

import re
import time

import pytest
from playwright.sync_api import expect

from .firefox import Firefox
from .lines import Line
from .terminals import Lynx, W3m
from .test_text_sessions import terminal as terminal

pytestmark = pytest.mark.browser
CUT = ("WebSocket connection to", "htmx:ws:error", "net::ERR_", "htmx:error")
ENTER, ESCAPE = "\ue007", "\ue00c"


@pytest.fixture
def ana(person):
    return person("ana")


@pytest.fixture
def bruno(person):
    return person("bruno")


@pytest.fixture
def room(meet, ana, bruno):
    """The path of a room that Ana and Bruno have open, in which Ana has asked something."""
    path = meet(ana, bruno)
    for someone in (ana, bruno):
        someone.goto(path)
        someone.is_connected()
    ana.say("Lunch at one?")
    expect(bruno.bodies).to_have_text(["Lunch at one?"])
    return path


def choose(someone, text):
    """Choose Reply in the menu of the message with `text`, and wait for the line."""
    message = someone.page.locator("#messages .message", has_text=text).first
    message.hover()
    message.locator("a[href$='/reply/']").click()
    expect(someone.page.locator("#reply")).to_contain_text(text)


def reply_to(someone):
    return someone.page.locator("#compose [name=reply_to]")


def line_above(someone, text):
    body = someone.page.locator(".message-body", has_text=re.compile(f"^{re.escape(text)}$"))
    return someone.page.locator(".message", has=body).locator(".message-reply")


def test_an_answer_names_what_it_answers_for_both_and_the_next_message_does_not(room, ana, bruno):
    bruno.write("half a sent")
    choose(bruno, "Lunch at one?")
    expect(bruno.composer).to_be_focused()
    expect(bruno.composer).to_have_value("half a sent")
    expect(bruno.page.locator("#reply")).to_contain_text("Replying to ana")
    bruno.write("ence")
    bruno.composer.press("Enter")
    for someone in (ana, bruno):
        expect(line_above(someone, "half a sentence")).to_have_text(re.compile("ana.*Lunch at one"))
    expect(bruno.page.locator("#reply a")).to_be_hidden()
    expect(reply_to(bruno)).to_have_value("")
    bruno.say("And this is none")
    expect(line_above(ana, "And this is none")).to_have_count(0)


def test_the_keyboard_alone_chooses_and_takes_back(room, bruno):
    link = bruno.page.locator("#messages .message a[href$='/reply/']").first
    link.focus()
    link.press("Enter")
    expect(bruno.page.locator("#reply")).to_contain_text("Lunch at one?")
    expect(bruno.composer).to_be_focused()
    expect(bruno.composer).to_have_accessible_description(re.compile("Replying to ana: .*Lunch"))
    bruno.composer.press("Escape")
    expect(bruno.page.locator("#reply a")).to_be_hidden()
    bruno.say("Nothing special")
    expect(line_above(bruno, "Nothing special")).to_have_count(0)


def test_the_cross_takes_the_line_away_and_leaves_the_text(room, bruno):
    bruno.write("My words")
    choose(bruno, "Lunch at one?")
    bruno.page.get_by_role("link", name="Cancel reply").click()
    expect(bruno.page.locator("#reply a")).to_be_hidden()
    expect(bruno.composer).to_have_value("My words")
    expect(bruno.composer).to_be_focused()


def test_a_screen_reader_hears_the_line(room, bruno):
    choose(bruno, "Lunch at one?")
    tree = bruno.page.locator("#compose").aria_snapshot()
    assert re.search(r"- status:.*\n(.*\n)*?.*Replying to.*ana", tree), tree
    bruno.say("Yes")
    message = bruno.page.locator("#messages .message").last
    assert re.search(r'link "↩ ana: .*Lunch at one\?', message.aria_snapshot())


def test_edited_and_deleted_words_leave_the_answer_at_once(room, ana, bruno):
    choose(bruno, "Lunch at one?")
    bruno.say("Yes")
    ana.message("Lunch at one?").first.hover()
    ana.page.locator("#messages .message").first.get_by_text("Edit", exact=True).click()
    field = ana.page.locator("#messages textarea")
    field.fill("Dinner at eight?")
    field.press("Enter")
    expect(line_above(bruno, "Yes")).to_contain_text("Dinner at eight?")
    ana.page.locator("#messages .message").first.hover()
    ana.page.locator("#messages .message").first.get_by_text("Delete", exact=True).click()
    ana.page.locator("#messages .message form button").first.click()
    expect(line_above(bruno, "Yes")).to_have_text("↩ a message that was deleted")
    expect(bruno.page.locator("#messages")).not_to_contain_text("Dinner")


def test_what_is_deleted_meanwhile_is_answered_with_a_stub(room, ana, bruno):
    choose(bruno, "Lunch at one?")
    ana.message("Lunch at one?").hover()
    ana.message("Lunch at one?").get_by_text("Delete", exact=True).click()
    ana.page.locator("#messages .message form button").first.click()
    expect(bruno.bodies).to_have_text(["This message was deleted."])
    bruno.write("I was about to say yes")
    bruno.composer.press("Enter")
    expect(line_above(bruno, "I was about to say yes")).to_have_text("↩ a message that was deleted")


def test_a_refused_text_comes_back_with_what_it_answers(room, bruno):
    choose(bruno, "Lunch at one?")
    bruno.composer.fill("x" * 8_001)
    bruno.composer.press("Enter")
    expect(bruno.page.locator("#compose-errors")).to_contain_text("Too long")
    expect(bruno.page.locator("#reply")).to_contain_text("Lunch at one?")
    bruno.composer.fill("Yes")
    bruno.composer.press("Enter")
    expect(line_above(bruno, "Yes")).to_contain_text("Lunch at one?")


@pytest.fixture
def line(server):
    line = Line(server)
    yield line
    line.close()


@pytest.mark.parametrize("reloads", [False, True])
def test_texts_that_wait_keep_what_each_of_them_answers(visitor, line, meet, reloads):
    ana = visitor("ana", line)
    ana.forgive(*CUT)
    ana.log_in()
    ana.goto(meet(ana))
    ana.is_connected()
    ana.say("First")
    ana.say("Second")
    line.cut_sockets()
    line.loses_posts = True
    for text, answered in (("To second", "Second"), ("To none", None), ("To first", "First")):
        if answered:
            choose(ana, answered)
        ana.composer.fill(text)
        ana.composer.press("Enter")
    expect(ana.page.locator("#pending li")).to_have_count(3)
    if reloads:
        ana.page.reload()
        expect(ana.page.locator("#pending li")).to_have_count(3)
    line.has_sockets, line.loses_posts = True, False
    expect(ana.bodies).to_have_text(
        ["First", "Second", "To second", "To none", "To first"], timeout=40_000
    )
    expect(line_above(ana, "To second")).to_contain_text("Second")
    expect(line_above(ana, "To first")).to_contain_text("First")
    expect(line_above(ana, "To none")).to_have_count(0)


# Without scripts.


@pytest.fixture
def plain(person, meet, ana):
    """Bruno without scripts, and the path of a room in which Ana has asked something."""
    bruno = person("bruno", javascript=False)
    path = meet(ana, bruno)
    ana.goto(path)
    ana.say("Lunch at one?")
    return bruno, path


def test_without_scripts_the_line_is_in_the_frame_of_the_composer(plain, ana):
    bruno, path = plain
    bruno.goto(path)
    log, composer = (bruno.page.frame_locator(name) for name in ("#live", "#live-compose"))
    message = log.locator(".message", has_text="Lunch at one?")
    message.hover()
    message.locator("a[href$='/reply/']").click()
    expect(composer.locator("#reply")).to_contain_text("Lunch at one?")
    composer.locator("[name=body]").fill("Yes")
    composer.locator("button.send").click()
    expect(line_above(ana, "Yes")).to_contain_text("Lunch at one?")
    expect(composer.locator("#reply a")).to_have_count(0)
    composer.locator("[name=body]").fill("And this is none")
    composer.locator("button.send").click()
    expect(ana.bodies.last).to_have_text("And this is none")
    expect(line_above(ana, "And this is none")).to_have_count(0)


def test_on_a_plain_page_the_cross_is_a_link(plain, ana):
    bruno, path = plain
    bruno.read_plainly(path)
    choose(bruno, "Lunch at one?")
    bruno.page.locator("#reply a").click()
    expect(bruno.page.locator("#reply a")).to_have_count(0)
    choose(bruno, "Lunch at one?")
    bruno.post("Yes")
    expect(line_above(bruno, "Yes")).to_contain_text("Lunch at one?")
    expect(reply_to(bruno)).to_have_value("")
    bruno.post("And this is none")
    expect(line_above(bruno, "And this is none")).to_have_count(0)


# Firefox.


def until(condition):
    ends = time.monotonic() + 20
    while not condition() and time.monotonic() < ends:
        time.sleep(0.1)
    assert condition()


def opened(server, folder, javascript):
    firefox = Firefox(folder, javascript=javascript, mouse=javascript)
    firefox.goto(f"{server.url}/accounts/login/")
    firefox.fill("[name=login]", "bruno")
    firefox.fill("[name=password]", "correct horse")
    with firefox.new_page():
        firefox.click("form:has([name=login]) .button-primary")
    return firefox


def test_in_firefox_one_answers_and_the_next_is_none(server, tmp_path):
    bruno = opened(server, tmp_path, javascript=True)
    try:
        bruno.goto(f"{server.url}/rooms/parlour/")
        bruno.find("title[data-calls]")  # the script has run
        bruno.evaluate("() => [...document.querySelectorAll('[href$=\"/reply/\"]')].at(-1).click()")
        bruno.find("#reply .answering a")
        for text in ("In answer", "For itself"):
            bruno.fill("#compose [name=body]", text + ENTER)
            until(lambda text=text: bruno.texts("#messages .message-body")[-1] == text)
        said = bruno.evaluate(
            "() => [...document.querySelectorAll('#messages .message')].slice(-2)"
            ".map(message => !!message.querySelector('.message-reply'))"
        )
        assert said == [True, False]
    finally:
        bruno.quit()


def test_in_firefox_without_scripts_one_answers_on_a_plain_page(server, tmp_path):
    bruno = opened(server, tmp_path, javascript=False)
    try:
        with bruno.new_page():
            bruno.goto(f"{server.url}/rooms/parlour/?reading=plain")
        with bruno.new_page():
            bruno.click("form:has([name=reading]) button")
        bruno.click("#messages .message:last-child .menu summary")
        with bruno.new_page():
            bruno.click("#messages .message:last-child [href$='/reply/']")
        bruno.find("#reply .answering a")
        bruno.fill("#compose [name=body]", "By a form")
        with bruno.new_page():
            bruno.click("#compose .send")
        bruno.find("#messages .message:last-child .message-reply")
    finally:
        bruno.quit()


# Text browsers, key by key.


def asks(person, room_name):
    bruno = person("bruno", javascript=False)
    bruno.read_plainly(bruno.join_or_create(room_name))
    bruno.post("Lunch at one?")


def test_w3m_answers_in_two_steps(terminal, server, person):
    w3m = terminal(W3m)
    w3m.visit(server.url)
    w3m.sign_up("wanda")
    w3m.fill("Name of the room", "Wanda's corner")
    w3m.follow("Join or create")
    w3m.shows("No messages yet")
    asks(person, "Wanda's corner")
    w3m.follow("Refresh")
    w3m.shows("Lunch at one")
    w3m.follow("Reply")
    w3m.shows(r"(?m)^Replying to bruno: .Lunch at one\?. ✕ Cancel reply")
    w3m.fill_area(r"Message \[", "Yes")
    w3m.press("Tab", "Enter")
    w3m.shows(r"(?m)^↩ bruno: .Lunch at one\?.$")
    assert "Replying" not in w3m.screen
    w3m.fill_area(r"Message \[", "For itself")
    w3m.press("Tab", "Enter")
    w3m.shows("For itself")
    assert w3m.screen.count("↩") == 1


def test_lynx_answers_in_two_steps(terminal, server, person):
    asks(person, "Lena's corner")
    lynx = terminal(Lynx)
    lynx.visit(server.url)
    lynx.shows("Log in")
    lynx.follow("Sign up")
    lynx.shows("again")
    for label, text in (("Username", "lena"), ("mail", "lena@example.com")):
        lynx.fill(label, text)
    lynx.fill("Password", "a long walk home")
    lynx.fill("again", "a long walk home")
    lynx.press("Tab", "Enter")
    lynx.shows("Log out")
    lynx.fill("Name of the room", "Lena's corner")
    lynx.follow("Join or create")
    lynx.shows("Lunch at one")
    lynx.follow("Reply")
    lynx.shows(r"Replying to bruno: .Lunch at one\?.")
    lynx.fill("Cancel reply", "Yes")
    lynx.follow("Send")
    lynx.shows(r"(?m)^ *↩ bruno: .Lunch at one\?.")
