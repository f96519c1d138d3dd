"""A reply: what it stores and shows of the message that it answers, and whom it calls."""

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext

from messaging.message import actions, rendering
from messaging.message.forms import new_nonce
from messaging.models import Mention, Message
from rooms.actions import end_membership


@pytest.fixture
def lunch(lobby, ana):
    return say(lobby, ana, "Lunch at **one**?")


@pytest.fixture
def reply(lunch, bruno):
    return answer(bruno, lunch, "Yes")


def say(room, author, body):
    return actions.post_message(room, author, body, body)


def answer(author, message, body, nonce=None):
    return actions.post_message(message.room, author, body, nonce or body, reply_to=message.pk)


def line_of(message):
    """Return the line above a reply, drawn from the database."""
    message = Message.objects.for_display().get(pk=message.pk)
    soup = BeautifulSoup(rendering.render_message(message), "html.parser")
    return soup.select_one(".message-reply")


def test_a_reply_stores_ids_and_an_excerpt_and_no_name(reply, lunch, ana):
    stored = Message.objects.get(pk=reply.pk)
    excerpt = {"id": lunch.pk, "author": ana.pk, "excerpt": "Lunch at one?"}
    assert (stored.reply_to_id, stored.extras) == (lunch.pk, {"reply": excerpt})


def test_a_reply_links_to_what_it_answers(reply, lunch):
    line = line_of(reply)
    assert line.a["href"] == f"/messages/{lunch.pk}/"
    assert (line.bdi.text, line.q.text, line.q["dir"]) == ("ana", "Lunch at one?", "auto")
    assert len(str(line)) <= 250


def test_the_line_stands_above_the_text(reply):
    assert "message-body" in line_of(reply).find_next_sibling()["class"]
    assert "message-head" in line_of(reply).find_previous_sibling()["class"]


def test_a_reply_does_not_go_on_under_the_name_above(lobby, bruno):
    first = say(lobby, bruno, "One")
    second = answer(bruno, first, "Two")
    assert [second.continues, say(lobby, bruno, "Three").continues] == [False, True]


def test_a_new_name_shows_at_once_in_the_replies(reply, ana):
    assert line_of(reply).bdi.text == "ana"
    ana.display_name = "Ana Sol"
    ana.save(update_fields=["display_name"])
    assert line_of(reply).bdi.text == "Ana Sol"


def test_drawing_replies_runs_no_query(reply, bruno, lunch, django_assert_num_queries):
    answer(bruno, reply, "Yes again")
    with django_assert_num_queries(1):
        html = [rendering.render_message(message) for message in Message.objects.for_display()]
    assert [each.count("message-reply") for each in html] == [0, 1, 1]


def test_a_reply_to_a_reply_shows_one_level(reply, ana):
    line = line_of(answer(ana, reply, "Good"))
    assert (line.bdi.text, line.q.text) == ("bruno", "Yes")


def test_posting_a_reply_costs_one_query(lunch, ana):
    say(lunch.room, ana, "first")
    with CaptureQueriesContext(connection) as plain:
        say(lunch.room, ana, "plain")
    with CaptureQueriesContext(connection) as reply:
        answer(ana, lunch, "reply")
    assert len(reply) == len(plain) + 1


@pytest.mark.parametrize("body", ["Yes", "Yes, @ana", "Yes @room"])
def test_a_reply_calls_its_author_once(lunch, lobby, ana, bruno, body):
    reply = answer(bruno, lunch, body)
    assert list(Mention.objects.values_list("user", "message")) == [(ana.pk, reply.pk)]
    assert str(ana.pk) in reply.mentioned.split()


def test_an_answer_to_oneself_calls_nobody(lunch, ana):
    reply = answer(ana, lunch, "I mean, at two")
    assert (reply.mentioned, Mention.objects.count()) == ("", 0)


def test_who_cannot_see_the_room_any_more_is_not_called(den, ana, bruno):
    said = say(den, bruno, "Bye")
    end_membership(den.membership_of(bruno))
    reply = answer(ana, said, "Bye")
    assert (reply.mentioned, Mention.objects.count()) == ("", 0)


def test_an_edit_of_a_reply_keeps_the_call_and_the_line(reply, ana):
    before = Mention.objects.get()
    actions.edit_message(Message.objects.for_display().get(pk=reply.pk), "Yes, please")
    reply.refresh_from_db()
    assert (Mention.objects.get(), reply.mentioned) == (before, str(ana.pk))
    assert line_of(reply).q.text == "Lunch at one?"


def test_a_reply_that_is_sent_twice_is_stored_once(lunch, bruno):
    first = answer(bruno, lunch, "Yes", "n")
    actions.delete_message(lunch)
    assert answer(bruno, lunch, "Yes", "n") == first


def test_the_same_words_in_answer_to_another_are_another_message(reply, lobby, ana, bruno):
    other = say(lobby, ana, "Dinner at eight?")
    assert answer(bruno, other, "Yes") != reply
    assert say(lobby, bruno, "Yes") != reply


def test_what_was_deleted_before_cannot_be_answered(lunch, bruno):
    actions.delete_message(lunch)
    with pytest.raises(actions.NotAnswerable):
        answer(bruno, lunch, "Yes", "n")
    with pytest.raises(actions.NotAnswerable):
        answer(bruno, lunch, "Yes", f"t{2**32 - 1:x}-later")
    assert Message.objects.count() == 1


def test_what_was_deleted_while_somebody_wrote_is_answered_with_a_stub(lunch, ana, bruno):
    nonce = new_nonce()
    actions.delete_message(lunch)
    line = line_of(answer(bruno, lunch, "Yes", nonce))
    assert line.get_text(" ", strip=True) == "↩ a message that was deleted"
    assert (line.a, Mention.objects.count()) == (None, 0)


def test_a_message_that_is_removed_from_the_database_leaves_a_stub(reply, lunch):
    Message.objects.filter(pk=lunch.pk).delete()
    line = line_of(reply)
    assert line.get_text(" ", strip=True) == "↩ a message that was deleted"
