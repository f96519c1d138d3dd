"""Two people answer each other in real Chromium, with and without scripts."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
CUT = ("WebSocket connection to", "htmx:ws:error", "net::ERR_", "htmx:error")


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
    line = bruno.page.locator("#reply[aria-live=polite]")
    assert re.search("Replying to(.|\n)*ana(.|\n)*Lunch at one", line.aria_snapshot())
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
    ana.page.locator("#messages .message-asking form button").first.click()
    expect(line_above(bruno, "Yes")).to_have_text("↩ a message that was deleted")
    expect(bruno.page.locator("#messages")).not_to_contain_text("Dinner")


def test_what_is_deleted_meanwhile_is_answered_with_a_stub(room, ana, bruno):
    choose(bruno, "Lunch at one?")
    ana.message("Lunch at one?").hover()
    ana.message("Lunch at one?").get_by_text("Delete", exact=True).click()
    ana.page.locator("#messages .message-asking form button").first.click()
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
