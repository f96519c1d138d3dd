"""The name that a program gives stands beside the bot's own and its mark, or nowhere."""

import pytest
from bs4 import BeautifulSoup

from messaging.message.rendering import render_message
from messaging.message.representation import represent

from .hooked import Hook

pytestmark = pytest.mark.django_db


@pytest.fixture
def naming(lobby, ana):
    return Hook(lobby, ana, "ci", shows_names=True)


def head(message):
    page = BeautifulSoup(render_message(message), "html.parser")
    return " ".join(page.select_one(".message-head").get_text(" ", strip=True).split())


def test_a_given_name_stands_beside_the_bots(naming):
    naming.post({"text": "Done", "username": "Deploys"})
    assert head(naming.last).startswith("Deploys · via ci bot ")
    page = BeautifulSoup(render_message(naming.last), "html.parser")
    assert page.select_one("a.message-author")["href"] == "/people/ci/"
    assert represent(naming.last)["shown_as"] == "Deploys"


NAMES = [
    "Bruno",
    "bruno",
    "Bruno (admin)",
    "Вruno",
    "\u202eonurB",
    "Bruno\u200b",
    "B\nr\tuno",
    "a" * 500,
]


@pytest.mark.parametrize("name", NAMES)
def test_a_given_name_cannot_look_human(naming, bruno, name):  # 44
    naming.post({"text": "Pay me", "username": name, "icon_url": "https://evil.example/b.png"})
    shown = head(naming.last)
    assert " · via ci bot " in shown and len(shown) < 100
    assert "\u202e" not in shown and "\u200b" not in shown
    html = render_message(naming.last)
    assert "message-bot" in html and "evil.example" not in html
    assert f'data-author="{bruno.pk}"' not in html


def test_without_the_choice_no_name_is_shown(hook):
    hook.post({"text": "Done", "username": "Bruno"})
    assert head(hook.last).startswith("grafana bot ")
    assert "Bruno" not in render_message(hook.last)


@pytest.mark.parametrize("name", [None, 5, [], {}, "", " ", "\u200b", "ci", "CI"])
def test_a_name_that_says_nothing_is_left_out(naming, name):
    naming.post({"text": "Done", "username": name})
    assert head(naming.last).startswith("ci bot ")


def test_messages_under_other_names_are_not_grouped(naming):
    for name in ("Deploys", "Backups", None):
        naming.post({"text": "Done", "username": name})
        assert not naming.last.continues


def test_messages_of_one_bot_are_grouped_as_anybodys(hook):
    hook.post({"text": "One"})
    hook.post({"text": "Two"})
    assert hook.last.continues


def test_a_name_is_no_markup(naming):
    naming.post({"text": "Done", "username": "<b>@here</b>"})
    assert naming.last.mentioned == ""
    assert "&lt;b&gt;@here&lt;/b&gt;" in render_message(naming.last)
