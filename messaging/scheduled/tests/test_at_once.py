"""Posting, while others post the same, change it, or change who may post: on both databases."""

import random
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from functools import partial
from threading import Barrier

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone

from messaging.message.models import Message
from messaging.scheduled import tasks
from messaging.scheduled.actions import (
    TooMany,
    cancel_scheduled,
    change_scheduled,
    post_scheduled,
    schedule_message,
)
from messaging.scheduled.models import MAX_SCHEDULED, Scheduled
from rooms import actions as room_actions
from rooms.models import Membership, Room
from rooms.moderation.actions import mute_member, unmute_member
from users.actions import deactivate, reactivate
from users.models import User

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts):
    """Run all `acts` at the same moment, each in a thread. Return their results."""
    barrier = Barrier(len(acts))

    def act(function):
        try:
            barrier.wait()
            return function()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(act, acts))


@pytest.fixture
def member(bruno, lobby):
    return lobby.membership_of(bruno)


def schedule(member, text, nonce, **later):
    return schedule_message(member, text, timezone.now() + timedelta(**later), nonce)


def test_tasks_that_run_at_once_post_each_message_once(member):
    for number in range(5):
        schedule(member, f"Message {number}", f"{number}", seconds=-5 + number)
    at_once(*[tasks.post_due.call] * 4)
    assert sorted(Message.objects.values_list("body", "position")) == [
        (f"Message {number}", number + 1) for number in range(5)
    ]
    assert Scheduled.objects.count() == User.objects.get(pk=member.user_id).scheduled == 0


@pytest.mark.parametrize("is_cancelled", [False, True])
def test_what_is_changed_or_cancelled_while_it_is_posted_is_one_or_the_other(member, is_cancelled):
    later = timezone.now() + timedelta(hours=1)
    outcomes = set()
    for number in range(10):
        due = schedule(member, "Old", f"{number}", seconds=-1)
        posted = Message.objects.count()
        change = partial(change_scheduled, due, "New", later)
        act = partial(cancel_scheduled, due) if is_cancelled else change
        _submission, is_changed = at_once(partial(post_scheduled, due), act)
        is_posted = Message.objects.count() > posted
        kept = Scheduled.objects.filter(pk=due.pk).values_list("body", flat=True).first()
        assert is_posted != is_changed
        assert kept == (None if is_posted or is_cancelled else "New")
        outcomes.add(is_posted)
    assert set(Message.objects.values_list("body", flat=True)) <= {"Old"}


def test_the_same_form_twice_at_once_schedules_once(member):
    at_once(*[partial(schedule, member, "Once", "n", hours=1)] * 4)
    assert Scheduled.objects.count() == 1


def test_no_more_than_the_most_are_scheduled_at_once(member):
    for number in range(MAX_SCHEDULED - 2):
        schedule(member, "x", f"{number}", hours=1)

    def one_more(number):
        try:
            return bool(schedule(member, "x", f"more {number}", hours=1))
        except TooMany:
            return False

    done = at_once(*(partial(one_more, number) for number in range(5)))
    assert sum(done) == 2
    assert Scheduled.objects.count() == User.objects.get(pk=member.user_id).scheduled == 50


ACTS = [
    lambda ana, bruno, room, member: deactivate(bruno, ana),
    lambda ana, bruno, room, member: reactivate(bruno, ana),
    lambda ana, bruno, room, member: mute_member(member, ana, 60),
    lambda ana, bruno, room, member: unmute_member(member, ana),
    lambda ana, bruno, room, member: room_actions.archive_room(room, ana),
    lambda ana, bruno, room, member: room_actions.restore_room(room, ana),
    lambda ana, bruno, room, member: room_actions.end_membership(member, by=ana),
    lambda ana, bruno, room, member: room_actions.join_room(room, bruno, by=ana),
    lambda ana, bruno, room, member: schedule(member, "More", f"{random.random()}", hours=-1),
    lambda ana, bruno, room, member: tasks.post_due.call(),
]


def test_posting_while_the_room_and_the_people_change_does_not_deadlock(ana, member, lobby, caplog):
    for number in range(20):
        schedule(member, "x", f"{number}", seconds=-1)

    def act_often(seed):
        chosen = random.Random(seed)
        for _ in range(15):
            bruno, room = User.objects.get(username="bruno"), Room.objects.get(pk=lobby.pk)
            theirs = Membership.objects.filter(user=bruno, room=room)
            found = theirs.select_related("user", "room").first() or member
            # Refused. A deadlock would be a different error, or in the log of the task.
            with suppress(PermissionDenied, TooMany, Membership.DoesNotExist):
                chosen.choice(ACTS)(ana, bruno, room, found)

    at_once(*(partial(act_often, seed) for seed in range(4)))
    tasks.post_due.call()
    assert [record for record in caplog.records if record.name == tasks.__name__] == []
    assert not Scheduled.objects.unsent().filter(failure="", due_at=None).exists()
    numbers = Scheduled.objects.filter(author=member.user).numbers()
    counted = User.objects.filter(pk=member.user_id).values("scheduled", "unsent").get()
    assert counted == numbers


def test_a_room_deleted_while_it_is_posted_leaves_the_text_or_took_the_message(ana, member):
    for number in range(6):
        room = room_actions.create_room(ana, f"Room {number}")
        room_actions.join_room(room, member.user)
        due = schedule(room.membership_of(member.user), "Text", f"r{number}", seconds=-1)
        at_once(partial(post_scheduled, due), partial(room_actions.delete_room, room, ana))
        kept = Scheduled.objects.filter(pk=due.pk).first()
        assert kept is None or (kept.room_id, kept.body) == (None, "Text")
        tasks.post_due.call()
        assert kept is None or Scheduled.objects.get(pk=due.pk).failure == "room_deleted"
