"""What a bot says is marked wherever it is shown, by one template and without a query."""

import json
import subprocess

import pytest

from messaging.message import actions
from messaging.message.rendering import forget, render_message
from messaging.message.representation import represent
from messaging.models import Message
from rooms.actions import join_room
from users.bots.actions import make_bot

MARK = ".message > .message-head > .message-author + .message-bot"


@pytest.fixture
def bot(bruno, lobby):
    bot = make_bot(bruno, "ci", "Our CI")
    join_room(lobby, bot)
    return bot


@pytest.fixture
def said(bot, lobby):
    return actions.post_message(lobby, bot, "All is built", "n1")


@pytest.mark.parametrize("path", ["", "transcript/", "?reading=plain", "?before=2"])
def test_pages_mark_what_a_bot_says(said, lobby, ana, client_of, page, say, path):
    say(lobby, ana, "Thanks")
    found = page(client_of(ana).get(f"/rooms/lobby/{path}"))
    marks = found.select(MARK)
    assert [mark.text for mark in marks] == ["bot"]
    assert marks[0].find_parent(class_="message")["id"] == f"message-{said.pk}"


def test_what_is_pushed_and_searched_is_marked(said, ana, client_of, page):
    found = page(client_of(ana).get("/search/?q=built"))
    assert len(found.select(MARK)) == 1
    assert render_message(said).count("message-bot") == 1


def test_the_mark_is_drawn_without_a_query(said, django_assert_num_queries):
    message = Message.objects.for_display().get()
    forget()
    with django_assert_num_queries(0):
        assert "message-bot" in render_message(message)


def test_a_mark_in_the_text_is_no_mark(lobby, ana, page, client_of, say):
    say(lobby, ana, '<span class="message-bot">bot</span> **bot**')
    assert page(client_of(ana).get("/rooms/lobby/")).select(".message-bot") == []


def test_answers_and_readers_of_the_screen_are_told_that_it_is_a_bot(said, lobby, ana):
    answer = actions.post_message(lobby, ana, "Thanks", "n2", reply_to=said.pk)
    assert "<bdi>Our CI (bot)</bdi>" in render_message(answer)
    assert 'aria-label="Our CI (bot), ' in render_message(said)


def test_answers_to_bots_are_read_without_a_query_for_each(
    said, lobby, ana, django_assert_num_queries
):
    actions.post_message(lobby, ana, "Thanks", "n2", reply_to=said.pk)
    with django_assert_num_queries(1):
        [_said, answer] = Message.objects.for_display().order_by("pk")
        assert answer.reply.name == "Our CI (bot)"


def test_exports_say_that_it_is_a_bot(said, lobby, ana):
    assert json.loads(json.dumps(represent(said)))["bot"] is True
    assert "bot" not in represent(actions.post_message(lobby, ana, "Thanks", "n2"))


def test_text_browsers_show_the_mark(said, ana, client_of, tmp_path):
    page = tmp_path / "page.html"
    page.write_bytes(client_of(ana).get("/rooms/lobby/", HTTP_USER_AGENT="w3m/0.5.3").content)
    for command in (["w3m", "-dump", "-cols", "80"], ["lynx", "-dump", "-nolist"]):
        shown = subprocess.run([*command, str(page)], capture_output=True, text=True).stdout
        assert "Our CI bot " in shown, shown
