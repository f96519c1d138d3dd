"""One user's long texts do not delay others, and are parsed before any lock is taken."""

from collections import Counter

import pytest
from django.db import connection

from core.threads import in_database
from messaging.live.post_queue import MAX_WAITING_PER_USER, PostQueue
from messaging.mentions import parsing
from messaging.message import actions
from messaging.message.models import BODY_LIMIT
from messaging.models import Mention, Message
from rooms.moderation.actions import ban_person

HEAVY = ("*a* " * BODY_LIMIT)[:BODY_LIMIT]


class Sender:
    """A reader with nothing but a user id."""

    room_id = 1

    def __init__(self, number):
        self.user_id = number
        self.code = None

    def close(self, code):
        self.code = code


class Gathering(PostQueue):
    """A queue that stores nothing."""

    def _add(self, thing):
        self._waiting.append(thing)

    def batches(self):
        """Empty the queue; return the (user, text) pairs of each batch."""
        while self._waiting:
            batch = self._next_batch()
            yield [(reader.user_id, send.fields["body"]) for reader, send in batch]


def filled(*sends):
    """Return a queue with these (user, text) pairs."""
    post_queue = Gathering()
    for person, body in sends:
        post_queue.send(Sender(person), {"body": body})
    return post_queue


def test_short_messages_are_stored_together_in_the_order_in_which_they_came():
    sends = [(number % 3, f"text {number}") for number in range(60)]
    assert list(filled(*sends).batches()) == [sends]


def test_heavy_messages_are_stored_one_by_one_and_people_take_turns():
    post_queue = filled(*[(1, HEAVY)] * 3, *[(2, HEAVY)] * 2, (3, "short"), (3, "too"))
    people = [[person for person, _body in batch] for batch in post_queue.batches()]
    assert people == [[1], [2], [3], [1], [2], [3], [1]]


def test_whoever_comes_while_another_is_served_comes_next():
    post_queue = filled(*[(1, HEAVY)] * 58)
    assert [person for (person, _body) in next(post_queue.batches())] == [1]
    post_queue.send(Sender(2), {"body": "hi"})
    assert next(post_queue.batches()) == [(2, "hi")]


def test_nobody_waits_for_ever_behind_those_who_come_again_and_again():
    post_queue, served = filled((1, HEAVY), (1, HEAVY)), []
    for _ in range(6):
        for person in (2, 3):
            post_queue.send(Sender(person), {"body": HEAVY})
        served += [person for person, _body in next(post_queue.batches())]
    assert served.count(1) == 2


def test_the_messages_of_one_person_keep_their_order():
    sends = [(number % 2, HEAVY[: 1 + number * 150]) for number in range(50)]
    stored = [entry for batch in filled(*sends).batches() for entry in batch]
    for person in (0, 1):
        assert [send for send in stored if send[0] == person] == sends[person::2]


def test_one_person_does_not_fill_the_queue_of_all():
    post_queue, loud, other = Gathering(), Sender(1), Sender(2)
    for _ in range(MAX_WAITING_PER_USER + 1):
        post_queue.send(loud, {"body": "x"})
    post_queue.send(other, {"body": "x"})
    assert (loud.code, other.code) == (1013, None)


async def test_a_flood_of_heavy_texts_delays_others_by_one_of_them(arrive, lobby, ana, bruno):
    loud, other = await arrive(bruno, lobby), await arrive(ana, lobby)
    for number in range(58):
        await loud.send(body=HEAVY, nonce=f"heavy {number}")
    await loud.until(lambda page: page.acknowledged)
    await other.post("hi")
    stored = await in_database(lambda: Counter(Message.objects.values_list("author", flat=True)))()
    assert (other.page.acknowledged, stored[ana.pk]) == (["hi"], 1)
    assert stored[bruno.pk] < 29


@pytest.mark.django_db(transaction=True)
def test_a_body_is_drawn_before_the_transaction(lobby, ana, bruno, monkeypatch):
    inside = []

    def draw(body, find=None):
        inside.append(connection.in_atomic_block)
        return render(body, find)

    render = parsing.render_body
    monkeypatch.setattr(parsing, "render_body", draw)
    message = actions.post_message(lobby, ana, "@bruno", "n")
    actions.edit_message(message, "@bruno, again")
    assert inside == [False, False]


@pytest.mark.parametrize("is_edit", [False, True])
def test_whoever_loses_the_room_meanwhile_is_not_called(
    lobby, ana, bruno, eve, say, monkeypatch, is_edit
):
    message = say(lobby, ana, "Hello")
    render = parsing.render_body

    def draw(body, find=None):
        html = render(body, find)
        ban_person(lobby, eve, ana)
        return html

    monkeypatch.setattr(parsing, "render_body", draw)
    body = "@eve and @bruno"
    message = actions.edit_message(message, body) if is_edit else say(lobby, ana, body)
    assert list(Mention.objects.values_list("user__username", flat=True)) == ["bruno"]
    assert message.mentioned == str(bruno.pk)
