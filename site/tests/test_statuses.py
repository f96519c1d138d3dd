"""Statuses in real browsers: set, seen by others at once, and gone at their minute."""

import re
import sqlite3
from contextlib import closing

import pytest
from playwright.sync_api import expect

from .terminals import Lynx, W3m

pytestmark = pytest.mark.browser
END_ALL = "UPDATE users_user SET status_until = '2020-01-01 00:00:00' WHERE status_until NOT NULL"
RUN = "UPDATE tertulia_kepttask SET run_after = '2020-01-01' WHERE path LIKE 'users.status.%'"


def time_passes(server):
    """Let all statuses be over, and their task run: it does so twice a minute."""
    with closing(sqlite3.connect(server.log.with_name("database.sqlite3"), timeout=20)) as database:
        database.execute(END_ALL)
        database.execute(RUN)
        database.commit()


def say(someone, emoji, text):
    someone.goto("/profile/")
    form = someone.page.locator("#set-status")
    form.locator("[name=emoji]").fill(emoji)
    form.locator("[name=text]").fill(text)
    form.locator("[name=until]").select_option("1_hour")
    form.locator("button").first.click()
    expect(someone.page.locator("#clear-status .status")).to_contain_text(text)


def clear(someone):
    someone.goto("/profile/")
    someone.page.locator("#clear-status button").click()
    expect(someone.page.locator("#clear-status")).to_have_count(0)


def in_rooms_of(person, meet):
    """Open a room for Ana and Bruno, and another page for Bruno; return both and Bruno's row."""
    ana, bruno = person("ana", width=1280), person("bruno")
    path = meet(ana, bruno)
    for someone in (ana, bruno):
        someone.goto(f"{path}#about")
        someone.is_connected()
    row = ana.page.locator("#people li", has_text="bruno")
    expect(row).to_be_visible()
    bruno.room, bruno.page = bruno.page, bruno.new_page()
    return ana, bruno, row


def test_a_status_appears_in_the_rooms_of_others_and_ends_at_its_minute(person, meet, server):
    ana, bruno, row = in_rooms_of(person, meet)
    say(bruno, ":palm_tree:", "On holiday")
    expect(row.locator(".status-text")).to_have_text("On holiday")
    expect(row.locator(".status-emoji")).to_have_text("🌴")
    say(bruno, "🤒", "Ill")
    expect(row.locator(".status-text")).to_have_text("Ill")
    time_passes(server)
    expect(row.locator(".status")).to_have_count(0)
    expect(row).to_be_visible()
    assert ana.page.locator("#messages .status").count() == 0


def test_clearing_takes_it_from_the_rooms_of_others(person, meet):
    _ana, bruno, row = in_rooms_of(person, meet)
    say(bruno, "", "In a meeting")
    expect(row.locator(".status")).to_contain_text("💬")
    clear(bruno)
    expect(row.locator(".status")).to_have_count(0)


def test_markup_in_a_status_is_text_on_open_pages(person, meet):
    _ana, bruno, row = in_rooms_of(person, meet)
    hostile = "<img src=x onerror=pwned()><b id=compose>x</b>"
    say(bruno, "", hostile)
    expect(row.locator("bdi.status-text")).to_have_text(hostile)
    assert row.locator("img[src=x], b").count() == 0
    clear(bruno)


def test_without_scripts_one_button_is_enough_and_the_room_shows_it(person, meet):
    eve, bruno = person("eve", javascript=False), person("bruno", javascript=False)
    path = meet(eve, bruno)
    for someone in (bruno, eve):
        someone.goto(path)
    bruno.room, bruno.page = bruno.page, bruno.new_page()
    bruno.goto("/profile/")
    bruno.page.locator(".status-choices button", has_text="Lunch").click()
    expect(bruno.page.locator("#clear-status .status-text")).to_have_text("Lunch")
    people = eve.page.frame_locator("iframe").first.locator("#people")
    row = people.last.locator("li", has_text="bruno")  # the last copy is the one that is seen
    expect(row).to_contain_text("Lunch")
    name, text = (row.locator(part).bounding_box() for part in ("a", ".status-text"))
    assert abs(name["y"] - text["y"]) < 5  # in one line
    clear(bruno)
    expect(row).not_to_contain_text("Lunch")
    expect(row).to_be_visible()


@pytest.mark.parametrize("width", [320, 1280])
def test_a_long_status_stays_in_its_column(person, meet, width):
    ana = person("ana", width=width)
    path = meet(ana)
    say(ana, "", "W" * 60)
    for page in ("/people/", "/people/ana/", "/profile/", f"{path}#about", f"{path}people/"):
        ana.goto(page)
        expect(ana.page.locator(".status").last).to_be_visible()
        assert ana.page.evaluate("document.documentElement.scrollWidth") <= width
        box = ana.page.locator(".status").last.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= width
    clear(ana)


@pytest.mark.parametrize("browser_class", [W3m, Lynx])
def test_a_text_browser_says_that_it_is_a_status(terminal, person, server, browser_class):
    bruno = person("bruno")
    say(bruno, "", "administrator")
    browser = terminal(browser_class)
    browser.log_in(server.url, "ana", to="/people/")
    browser.shows("Status: ")
    assert re.search(r"Status: \S* ?administrator until", browser.screen)
    clear(bruno)


def test_a_status_is_set_and_cleared_with_w3m(terminal, server):
    w3m = terminal(W3m)
    w3m.log_in(server.url, "eve", to="/profile/")
    w3m.find("Your status")
    w3m.fill("^ *Text", "Reading")
    w3m.find("Set status")
    w3m.press("Enter")
    w3m.shows("Your status is shown until")
    w3m.find("Clear status")
    w3m.press("Enter")
    w3m.shows("Status cleared")
