"""A post queues the pushes of its room: once, and only if somebody may want some."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from messaging.followups.actions import PUSH_DELAY, PUSH_LOST_AFTER, SEND_PUSHES
from messaging.message.actions import edit_message
from rooms.models import Room
from tertulia.models import KeptTask


def queued():
    return list(KeptTask.objects.filter(path=SEND_PUSHES))


def want_pushes(room, **fields):
    Room.objects.filter(pk=room.pk).update(is_pushed=True, **fields)


@pytest.fixture
def lobby(lobby, settings):
    settings.TASKS = {"default": {"BACKEND": "tertulia.background.backend.DatabaseBackend"}}
    Room.objects.filter(pk=lobby.pk).update(is_pushed=False)
    return lobby


def test_a_room_without_devices_queues_nothing(lobby, ana, say):
    say(lobby, ana, "hello")
    assert queued() == []


def test_posts_of_a_room_queue_one_task_for_a_moment_later(lobby, ana, bruno, say):
    want_pushes(lobby)
    before = timezone.now()
    for author in (ana, bruno, ana):
        say(lobby, author, "hello")
    [task] = queued()
    assert task.args == [lobby.pk]
    assert before + PUSH_DELAY <= task.run_after <= timezone.now() + PUSH_DELAY


def test_a_task_that_was_lost_is_queued_again(lobby, ana, say):
    lost_at = timezone.now() - PUSH_LOST_AFTER - timedelta(seconds=1)
    want_pushes(lobby, push_queued_at=lost_at)
    say(lobby, ana, "hello")
    assert len(queued()) == 1


def test_an_edit_queues_the_pushes_as_it_may_call_somebody(lobby, ana, say):
    message = say(lobby, ana, "hello")
    want_pushes(lobby)
    edit_message(message, "hello")
    assert queued() == []
    edit_message(message, "hello @bruno")
    assert len(queued()) == 1


def test_nothing_is_queued_for_a_post_that_is_not_stored(lobby, ana, say):
    want_pushes(lobby)
    with pytest.raises(RuntimeError), transaction.atomic():
        say(lobby, ana, "hello")
        raise RuntimeError
    assert queued() == []
    assert Room.objects.get(pk=lobby.pk).push_queued_at is None
