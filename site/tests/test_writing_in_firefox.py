"""In real Firefox with scripts: the menu of a message, and the completion of names."""

import time

import pytest

from .firefox import Firefox
from .test_message_menu import WORDS

pytestmark = pytest.mark.browser
ENTER = "\ue007"
MENU = "#messages .message:last-child .menu"
OPACITY = "selector => getComputedStyle(document.querySelector(selector)).opacity"

SHOWN = """selector => [...document.querySelectorAll(selector)]
  .filter(link => link.checkVisibility()).map(link => link.textContent.trim())"""


@pytest.fixture
def bruno(server, tmp_path):
    """Bruno's Firefox, with the Parlour open and live."""
    firefox = Firefox(tmp_path, javascript=True, mouse=True)
    firefox.log_in(server.url, "bruno")
    firefox.goto(f"{server.url}/rooms/parlour/")
    firefox.find("title[data-calls]")  # the script has run
    yield firefox
    firefox.quit()


def until(condition):
    """Wait until `condition` holds."""
    ends = time.monotonic() + 20
    while not condition() and time.monotonic() < ends:
        time.sleep(0.1)
    assert condition()


def say(firefox, text):
    firefox.fill("#compose [name=body]", text + ENTER)
    until(lambda: firefox.texts("#messages .message-body")[-1] == text)


def test_the_menu_of_a_message_is_a_bar_on_focus_and_edits_in_place(bruno):
    say(bruno, "with a slip of the pne")
    assert bruno.evaluate(OPACITY, MENU) == "0"
    bruno.evaluate("selector => document.querySelector(selector).focus()", f"{MENU} [data-copy]")
    until(lambda: bruno.evaluate(OPACITY, MENU) == "1")
    assert bruno.evaluate(SHOWN, f"{MENU} a") == WORDS
    bruno.click(f"{MENU} [data-edit]")
    bruno.find("#messages textarea")
    bruno.evaluate("() => document.querySelector('#messages textarea').select()")
    bruno.fill("#messages textarea", "with a slip of the pen" + ENTER)
    until(lambda: bruno.texts("#messages .message-body")[-1] == "with a slip of the pen")


def test_a_person_is_completed_with_the_keyboard_and_enter_then_sends(bruno):
    bruno.fill("#compose [name=body]", "Hello @an")
    bruno.find("#compose [role=option][aria-selected=true]")
    bruno.fill("#compose [name=body]", ENTER)
    until(lambda: bruno.value("#compose [name=body]") == "Hello @ana ")
    bruno.fill("#compose [name=body]", ENTER)
    until(lambda: bruno.texts("#messages .message-body")[-1] == "Hello @ana")
