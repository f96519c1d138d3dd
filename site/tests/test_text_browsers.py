"""From sign-up to the first message in w3m, a browser for terminals."""

import shutil

import pytest

from .terminals import W3m


@pytest.fixture
def w3m(tmp_path):
    assert shutil.which("w3m"), "This test drives w3m, and there is none: make test installs it."
    terminal = W3m(tmp_path)
    yield terminal
    terminal.close()


def test_somebody_signs_up_and_says_a_first_message_in_w3m(w3m, server):
    w3m.visit(server.url)
    w3m.shows("Log in")
    w3m.sign_up("wanda")
    w3m.fill("Name of the room", "Terminals")
    w3m.follow("Join or create")
    w3m.shows("No messages yet")

    w3m.fill_area(r"Message \[", "Hello from w3m")
    w3m.press("Tab", "Enter")
    w3m.shows("(?s)wanda.*Hello from w3m")


def test_somebody_reads_and_answers_in_w3m(w3m, server, person):
    bruno = person("bruno")
    bruno.join_or_create("Kitchen table")
    bruno.say("Who is there?")

    w3m.log_in(server.url, "eve")
    w3m.shows("Log out")
    w3m.follow("Kitchen table")
    w3m.shows("Who is there")
    w3m.follow("Join room")
    w3m.shows("Send")
    w3m.fill_area(r"Message \[", "Eve is")
    w3m.press("Tab", "Enter")
    w3m.shows("(?s)Who is there.*Eve is")
    bruno.sees("Who is there?", "Eve is")


def test_links_lead_to_a_message_and_to_the_list_of_rooms_in_w3m(w3m, server):
    w3m.log_in(server.url, "bruno", "/messages/97/")
    w3m.wait(lambda: "Message number 97" in w3m.lines(3), "message 97 at the cursor")
    w3m.follow("Your rooms")
    w3m.wait(lambda: "Casa Search" in w3m.lines(1), "list of rooms at the cursor")
