"""A whole session in a text browser, key by key, with links and forms only."""

import pytest

from .terminals import Lynx, W3m

pytestmark = pytest.mark.browser


def test_an_evening_in_w3m(terminal, server, person):
    w3m = terminal(W3m)
    w3m.visit(server.url)
    w3m.sign_up("walter")
    w3m.fill("Name of the room", "Walter's corner")
    w3m.follow("Join or create")
    w3m.shows("No messages yet")

    w3m.fill_area(r"Message \[", "Is anybody here?")
    w3m.press("Tab", "Enter")
    w3m.shows("(?s)walter.*Is anybody here")
    answer(person, "Walter's corner", "I am")
    w3m.follow("Refresh")
    w3m.shows("(?s)bruno.*I am")

    w3m.follow("Edit")
    w3m.shows("Edit your message")
    w3m.fill_area(r"Message \[", "Is anyone here?")
    w3m.press("Tab", "Enter")
    w3m.shows("(?s)edited.*Is anyone here")
    w3m.follow("Delete")
    w3m.find("for everybody")
    w3m.press("Tab", "Enter")
    w3m.shows("This message was deleted")

    w3m.follow("All rooms")
    w3m.fill("Name of the room", "Library")
    w3m.follow("Join or create")
    w3m.shows("Only the newest")
    w3m.follow("Only the newest")
    w3m.shows("(?s)Message number 130.*Send")
    w3m.follow("Older messages")
    w3m.shows("Message number 71")
    w3m.follow("Search this room")
    w3m.shows("Only in Library")
    w3m.fill("Words", '"number 9"')
    w3m.press("Tab", "Tab", "Enter")
    w3m.shows(r"(?s)Message number 9\b.*Show it in the conversation")
    w3m.follow("Log out")
    w3m.shows("Log in")


def test_an_evening_in_lynx(terminal, server, person):
    lynx = terminal(Lynx)
    lynx.visit(server.url)
    lynx.shows("Log in")
    lynx.sign_up("linda")
    lynx.fill("Name of the room", "Linda's corner")
    lynx.follow("Join or create")
    lynx.shows("No messages yet")
    assert "IFRAME" not in lynx.screen

    lynx.fill("Message", "Is anybody here?")
    lynx.follow("Send")
    lynx.shows("(?s)linda.*Is anybody here")
    answer(person, "Linda's corner", "I am")
    lynx.follow("Refresh")
    lynx.shows("(?s)bruno.*I am")

    lynx.follow("Edit")
    lynx.shows("Edit your message")
    lynx.fill("Message", "Is anyone here?")
    lynx.follow("Save")
    lynx.shows("(?s)edited.*Is anyone here")
    lynx.follow("Delete")
    lynx.shows("for everybody")
    lynx.follow("(BUTTON) Delete")
    lynx.shows("This message was deleted")

    lynx.follow("All rooms")
    lynx.shows("Name of the room")
    lynx.fill("Name of the room", "Library")
    lynx.follow("Join or create")
    lynx.shows("Only the newest")
    lynx.follow("Only the newest")
    lynx.shows("(?s)Message number 130.*Send")
    lynx.follow("Older messages")
    lynx.shows("Message number 71")
    lynx.follow("Search this room")
    lynx.shows("Only in Library")
    lynx.fill("Words", '"number 9"')
    lynx.press("Tab", "Tab", "Enter")
    lynx.shows(r"(?s)Message number 9\b.*Show it in the conversation")
    lynx.find("Log out")  # moves to the first link of that line, the profile's
    lynx.tab()
    lynx.press("Enter")
    lynx.shows("Log in")


def answer(person, room, text):
    """Make Bruno join a room, by its name, and post a message."""
    bruno = person("bruno")
    bruno.join_or_create(room)
    bruno.say(text)
