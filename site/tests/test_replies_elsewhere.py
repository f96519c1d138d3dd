"""Answers in Firefox, with and without scripts, and in w3m and lynx, key by key."""

import time

import pytest

from .firefox import Firefox
from .terminals import Lynx, W3m

pytestmark = pytest.mark.browser
ENTER = "\ue007"


def until(condition):
    ends = time.monotonic() + 20
    while not condition() and time.monotonic() < ends:
        time.sleep(0.1)
    assert condition()


def opened(server, folder, javascript):
    firefox = Firefox(folder, javascript=javascript, mouse=javascript)
    firefox.log_in(server.url, "bruno")
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
    lynx.sign_up("lena")
    lynx.fill("Name of the room", "Lena's corner")
    lynx.follow("Join or create")
    lynx.shows("Lunch at one")
    lynx.follow("Reply")
    lynx.shows(r"Replying to bruno: .Lunch at one\?.")
    lynx.fill("Cancel reply", "Yes")
    lynx.follow("Send")
    lynx.shows(r"(?m)^ *↩ bruno: .Lunch at one\?.")
