"""Saving messages for later in real browsers: with scripts, without, and in a terminal."""

import itertools

import pytest
from playwright.sync_api import expect

from .firefox import Firefox
from .terminals import Lynx, W3m

pytestmark = pytest.mark.browser
BUTTON = "[formaction$='/save/']"
ENTER = "\ue007"


_numbers = itertools.count(1)


@pytest.fixture
def milk():
    """What Ana says, which no other test says."""
    return f"Buy {next(_numbers)} bottles of milk"


@pytest.fixture
def room(person, meet, milk):
    """The path of a room in which Ana has said something to Bruno."""
    ana, bruno = person("ana"), person("bruno")
    path = meet(ana, bruno)
    ana.say(milk)
    return path


def saved(someone, text):
    """The row of a message in somebody's list."""
    someone.goto("/later/")
    return someone.page.locator(".saved", has_text=text)


def test_one_click_saves_and_the_page_offers_a_time(person, room, milk):
    bruno = person("bruno")
    bruno.goto(room)
    bruno.is_connected()
    bruno.message(milk).hover()
    bruno.message(milk).locator(BUTTON).click()
    said = bruno.page.locator("#later-said")
    expect(said).to_contain_text("Saved for later.")
    assert bruno.page.url == bruno.url + room
    said.get_by_text("Set a time").click()
    bruno.page.get_by_label("Tomorrow").check()
    bruno.page.get_by_text("Save with this time").click()
    expect(bruno.page.locator(".alert-success")).to_contain_text("Your reminder comes")
    expect(saved(bruno, milk).locator(".saved-time")).to_contain_text("Reminder:")


def test_on_touch_the_list_closes_after_saving(browser, person, room):
    context = browser.new_context(
        viewport={"width": 390, "height": 800},
        has_touch=True,
        is_mobile=True,
        storage_state=person("bruno").context.storage_state(),
    )
    page = context.new_page()
    page.goto(person("bruno").url + room)
    expect(page.locator("#main")).to_have_attribute("data-live", "1")
    page.locator(".message > .menu > summary").last.tap()
    page.locator(BUTTON).last.tap()
    expect(page.locator("#later-said")).to_contain_text("Saved for later.")
    expect(page.locator(BUTTON).last).to_be_hidden()
    context.close()


@pytest.mark.parametrize("reading", ["live", "plain"])
def test_one_click_saves_without_scripts(person, room, milk, reading):
    bruno = person("bruno", javascript=False)
    if reading == "plain":
        bruno.goto(f"{room}?reading=plain")
        place = bruno.page
    else:
        bruno.goto(room)
        place = bruno.page.frame_locator("iframe[src*='/live/']")
    message = place.locator(".message", has_text=milk)
    message.hover()
    with bruno.page.expect_response(lambda answer: answer.request.method == "POST") as answer:
        message.locator(BUTTON).click()
    assert answer.value.status == 303
    row = saved(bruno, milk)
    expect(row).to_have_count(1)
    row.get_by_role("button", name="Done").click()
    expect(row).to_have_count(0)


@pytest.mark.parametrize("javascript", [True, False])
def test_one_click_saves_in_firefox(tmp_path, server, room, milk, javascript):
    firefox = Firefox(tmp_path, javascript=javascript, mouse=True)
    firefox.log_in(server.url, "bruno", room)
    if javascript:
        firefox.find("title[data-calls]")  # the script has run
        firefox.evaluate("selector => document.querySelector(selector).click()", BUTTON)
        firefox.find("#later-said a")
    else:
        firefox.goto(f"{server.url}{room}?reading=plain")
        with firefox.new_page():
            firefox.fill(BUTTON, ENTER)
    firefox.goto(f"{server.url}/later/")
    assert milk in firefox.texts(".saved .message-body")
    firefox.quit()


@pytest.mark.parametrize("kind", [W3m, Lynx])
def test_two_steps_save_in_a_text_browser(terminal, server, room, milk, kind):
    browser = terminal(kind)
    browser.log_in(server.url, "bruno", room)
    browser.shows(milk)
    browser.follow("Save for later")
    browser.shows("(?s)Save for later.*Remind me")
    browser.follow("Save without a time")
    browser.shows(f"(?s)Saved for later.*{milk}")
