"""Being called, in real Chromium: numbers in the list of rooms, in the title, and the icon."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.fixture
def ana(person):
    """Ana, who has read everything: the title counts the calls of all her rooms."""
    ana = person("ana")
    ana.goto("/unread/")
    mark_all = ana.page.locator("form[action='/unread/read/'] button")
    if mark_all.count():
        mark_all.click()
    expect(ana.page).to_have_title("Unread · Casa")
    return ana


@pytest.fixture
def bruno(person):
    return person("bruno")


@pytest.fixture
def room(meet, ana, bruno):
    """The path of a room that Ana has open in a live page."""
    path = meet(ana, bruno)
    ana.is_connected()
    return path


def mark(page, path, kind):
    return page.locator(f"#sidebar a[href='{path}'] .unread-{kind}")


def tab(someone, path):
    """Open another tab of somebody on this page, and wait until it is live."""
    page = someone.new_page()
    page.goto(someone.url + path)
    expect(page.locator("#people")).to_contain_text(someone.name)
    return page


def has_dot(page):
    """Wait until the icon carries a dot."""
    expect(page.locator("link[rel=icon]")).to_have_attribute("href", re.compile("icon-dot"))


def has_no_dot(page):
    expect(page.locator("link[rel=icon]")).to_have_attribute("href", re.compile(r"/icon\.[^-]*svg"))


def test_the_numbers_move_on_every_page_and_reading_in_one_clears_the_others(
    meet, ana, bruno, room
):
    den = meet(ana, bruno)
    bruno.is_connected()
    ana.goto(room)
    ana.is_connected()
    other = tab(ana, "/rooms/library/")
    titles = {page: page.title() for page in (ana.page, other)}
    bruno.say("one")
    bruno.say("two, @ana")
    for page, title in titles.items():
        expect(mark(page, den, "news")).to_have_text("2 new")
        expect(mark(page, den, "calls")).to_have_text("1 mention")
        expect(page).to_have_title(f"(1) {title}")
        has_dot(page)
    reading = tab(ana, den)
    for page, title in titles.items():
        expect(mark(page, den, "news")).to_have_count(0)
        expect(page).to_have_title(title)
        has_no_dot(page)
    bruno.say("three, @ana")  # which is in view in one of the tabs
    expect(reading.locator(".message").last).to_contain_text("three")
    bruno.goto(room)
    bruno.is_connected()
    bruno.say("four")
    for page, title in titles.items():
        expect(page).to_have_title(title)


def test_a_page_says_when_it_is_loaded_how_many_calls_there_are(meet, ana, bruno, room):
    den = meet(ana, bruno)
    bruno.is_connected()
    ana.goto("/")
    bruno.say("one, @ana")
    bruno.say("two, @ana")
    expect(bruno.bodies).to_have_count(2)
    for path in ("/", "/mentions/", "/search/", "/people/ana/", room):
        ana.goto(path)
        assert ana.page.title().startswith("(2) ")
        has_dot(ana.page)
        expect(mark(ana.page, den, "calls")).to_have_text("2 mentions")
    ana.goto(den)
    expect(ana.page).to_have_title(re.compile(r"^Meeting \d+ · Casa$"))
    expect(mark(ana.page, den, "calls")).to_have_count(0)


def test_without_scripts_the_numbers_are_there_at_each_load(person, meet, ana, bruno, room):
    den = meet(ana, bruno)
    bruno.is_connected()
    ana.goto("/")
    bruno.say("one, @ana")
    plain = person("ana", javascript=False)
    plain.goto(room)
    assert re.match(r"\(1\) Meeting \d+ · Casa$", plain.page.title())
    expect(mark(plain.page, den, "calls")).to_have_text("1 mention")
    has_dot(plain.page)
    ana.goto(room)
    plain.goto(den)
    expect(mark(ana.page, den, "calls")).to_have_count(0)
    plain.goto(room)
    expect(mark(plain.page, den, "calls")).to_have_count(0)
    assert re.match(r"Meeting \d+ · Casa$", plain.page.title())
    has_no_dot(plain.page)


def test_a_first_direct_message_comes_into_the_list_and_is_a_call(ana, bruno, room):
    bruno.goto("/people/ana/")
    bruno.page.locator("form[action$='/talk/'] button").click()
    bruno.is_connected()
    path = bruno.page.url.removeprefix(bruno.url)
    expect(ana.page.locator(f"#sidebar a[href='{path}']")).to_have_count(0)
    bruno.say("psst")
    expect(mark(ana.page, path, "calls")).to_have_text("1 new")
    expect(ana.page).to_have_title(re.compile(r"^\(1\) Meeting"))
    has_dot(ana.page)
    ana.goto(path)
    expect(ana.page).to_have_title("bruno · Casa")
    expect(mark(ana.page, path, "calls")).to_have_count(0)


def test_a_hidden_tab_of_the_room_counts_what_comes(meet, ana, bruno, room):
    bruno.goto(room)
    bruno.is_connected()
    ana.page.evaluate(
        "Object.defineProperty(document, 'hidden', { value: true, configurable: true })"
    )
    bruno.say("are you there, @ana?")
    expect(mark(ana.page, room, "calls")).to_have_text("1 mention")
    has_dot(ana.page)
    ana.page.evaluate(
        "delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))"
    )
    expect(mark(ana.page, room, "calls")).to_have_count(0)
    has_no_dot(ana.page)
