"""Reacting in Firefox, with scripts and without, and in text browsers, key by key."""

import pytest

from .firefox import Firefox
from .terminals import Lynx, W3m
from .test_reactions import chips, press_thumb, shows

pytestmark = pytest.mark.browser

CHIP = ".reactions [data-by] > "


@pytest.fixture
def ana(person, meet):
    """Ana, in a room with a message of hers to which she has reacted."""
    ana = person("ana")
    ana.room = meet(ana)
    ana.say("Lunch?")
    press_thumb(ana)
    shows(ana, "👍 1*")
    return ana


@pytest.fixture
def firefox(server, tmp_path):
    """Return a function that opens a room in Bruno's Firefox."""
    opened = []

    def visit(path, javascript):
        firefox = Firefox(tmp_path, javascript=javascript, mouse=True)
        opened.append(firefox)
        firefox.log_in(server.url, "bruno", path)
        with firefox.new_page():
            firefox.click("form[action$='/join/'] button")
        return firefox

    yield visit
    for firefox in opened:
        firefox.quit()


def test_firefox_with_scripts_reacts_and_takes_back(ana, firefox):
    bruno = firefox(ana.room, javascript=True)
    bruno.find("title[data-calls]")  # the script has run
    bruno.click(CHIP + ".not-by-me")
    shows(ana, "👍 2*")
    bruno.find(CHIP + ".by-me[value='👍 2']")
    bruno.click(CHIP + ".by-me")
    shows(ana, "👍 1*")


def test_firefox_without_scripts_reacts_with_one_click(ana, firefox, server):
    bruno = firefox(ana.room, javascript=False)
    bruno.goto(f"{server.url}{ana.room}?reading=plain")
    with bruno.new_page():
        bruno.click(CHIP + ".not-by-me")
    shows(ana, "👍 2*")
    bruno.find(CHIP + ".by-me[value='👍 2']")


def test_the_live_frame_of_firefox_reacts_with_one_click(ana, firefox):
    bruno = firefox(ana.room, javascript=False)
    bruno.enter_frame("#live")
    bruno.click(CHIP + ".not-by-me")
    shows(ana, "👍 2*")
    bruno.enter_frame("#live")
    bruno.find(CHIP + ".by-me[value='👍 2']")


def test_w3m_reacts_in_two_steps_and_takes_back(terminal, server, ana):
    w3m = terminal(W3m)
    w3m.log_in(server.url, "bruno", ana.room)
    w3m.shows("Join room")
    w3m.follow("Join room")
    w3m.shows("Send")

    w3m.follow("👍 1")
    w3m.shows("(?s)ana wrote:.*Lunch.*👍 React")
    w3m.follow("👍 React")
    w3m.shows(r"👍 2 \(you\)")
    shows(ana, "👍 2*")

    w3m.follow("👍 2")
    w3m.shows("👍 Take back")
    w3m.follow("👍 Take back")
    w3m.shows(r"\[👍 1\]")
    shows(ana, "👍 1*")


def test_w3m_finds_an_emoji_by_a_word(terminal, server, ana):
    w3m = terminal(W3m)
    w3m.log_in(server.url, "ana", ana.room)
    w3m.shows("React")
    w3m.follow("React")
    w3m.shows("Emoji, its name or a word")
    w3m.fill("Emoji, its name or a word", "pizza")
    w3m.press("Tab", "Enter")
    w3m.shows("🍕 pizza")
    w3m.follow("🍕 pizza")
    w3m.shows(r"🍕 1 \(you\)")
    shows(ana, "👍 1*", "🍕 1*")


def test_lynx_reacts_in_two_steps_and_takes_back(terminal, server, ana):
    lynx = terminal(Lynx)
    lynx.log_in(server.url, "bruno", ana.room)
    lynx.shows("Join room")
    lynx.follow("Join room")
    lynx.shows("Send")

    lynx.follow("👍 1")
    lynx.shows("(?s)ana wrote:.*Lunch.*👍 React")
    lynx.follow("👍 React")
    lynx.shows(r"👍 2 \(you\)")
    shows(ana, "👍 2*")

    lynx.follow("👍 2")
    lynx.shows("👍 Take back")
    lynx.follow("👍 Take back")
    lynx.shows("👍 1")
    shows(ana, "👍 1*")
    assert chips(ana).count() == 1
