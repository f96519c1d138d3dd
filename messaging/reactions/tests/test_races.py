"""Reactions at once, in threads with their own database connections."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from core.emoji.table import all_emoji
from messaging.message import actions
from messaging.models import Message, Reaction
from messaging.reactions.actions import MAX_KINDS, add_reaction, remove_reaction

from .crowd import crowd

pytestmark = pytest.mark.django_db(transaction=True)
ALL = list(all_emoji())


@pytest.fixture
def at_once(said):
    """Return a function that does things to the message in threads that begin together."""

    def run(things):
        start = threading.Barrier(len(things))

        def do(thing):
            try:
                start.wait(30)
                return thing(Message.objects.select_related("room").get(pk=said.pk))
            except (PermissionDenied, ValidationError) as error:
                return type(error)
            finally:
                connection.close()

        with ThreadPoolExecutor(len(things)) as threads:
            return list(threads.map(do, things))

    return run


def test_the_same_act_at_once_is_done_once(at_once, said, bruno, kinds):
    done = at_once([lambda message: add_reaction(message, bruno, "👍")] * 4)
    assert sorted(done) == [False, False, False, True]
    assert kinds(said) == [["👍", 1, [bruno.pk]]]
    done = at_once([lambda message: remove_reaction(message, bruno, "👍")] * 4)
    assert sorted(done) == [False, False, False, True]
    assert kinds(said) == []


def test_none_of_many_at_once_is_lost(at_once, said, lobby, kinds):
    people = crowd(lobby, 8)
    at_once([lambda message, who=who: add_reaction(message, who, "🙏") for who in people])
    [[emoji, count, ids]] = kinds(said)
    assert (emoji, count, set(ids)) == ("🙏", 8, {person.pk for person in people})


def test_the_most_kinds_hold_at_once(at_once, said, lobby, kinds):
    people = crowd(lobby, 8)
    for number, emoji in enumerate(ALL[: MAX_KINDS - 1]):
        add_reaction(said, people[number % 8], emoji)
    new = zip(people, ALL[MAX_KINDS:], strict=False)
    done = at_once(
        [
            lambda message, who=who, emoji=emoji: add_reaction(message, who, emoji)
            for who, emoji in new
        ]
    )
    assert (done.count(True), done.count(ValidationError)) == (1, 7)
    assert len(kinds(said)) == MAX_KINDS


def test_a_deletion_at_the_same_time_leaves_no_reaction(at_once, said, ana, bruno):
    for _round in range(3):
        message = actions.post_message(said.room, ana, "Goes", f"n{_round}")
        pk = message.pk

        def react(_said, pk=pk):
            return add_reaction(Message.objects.select_related("room").get(pk=pk), bruno, "👍")

        def delete(_said, pk=pk):
            actions.delete_message(Message.objects.select_related("room", "author").get(pk=pk), ana)

        at_once([react, delete])
        message.refresh_from_db()
        assert (message.is_deleted, message.extras) == (True, {})
        assert not Reaction.objects.filter(message=pk).exists()
