"""Moderators who pin at the same moment."""

import pytest

from messaging.models import Pin
from messaging.pins.actions import TooManyPins, pin_message, unpin_message
from messaging.pins.models import MAX_PINS
from rooms.actions import change_role
from rooms.models import Room
from users.tests.test_names_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 5


@pytest.fixture
def moderators(lobby, ana, bruno):
    change_role(lobby.membership_of(bruno), "moderator")
    return [ana, bruno]


def pinning(message, user):
    """Return a function that pins a message, read by this page, and answers what came of it."""
    message = type(message).objects.select_related("room", "author").get(pk=message.pk)

    def pin():
        try:
            return pin_message(message, user)
        except TooManyPins:
            return "too many"

    return pin


def test_of_the_fiftieth_and_the_fifty_first_one_is_pinned(lobby, moderators, say):
    for n in range(MAX_PINS - 1):
        pin_message(say(lobby, moderators[0], f"number {n}"), moderators[0])
    for n in range(ROUNDS):
        last = [say(lobby, user, f"{user} {n}") for user in moderators]
        acts = [pinning(*pair) for pair in zip(last, moderators, strict=True)]
        assert sorted(map(str, at_once(*acts))) == ["True", "too many"]
        assert Pin.objects.count() == Room.objects.get(pk=lobby.pk).pins == MAX_PINS
        unpin_message(Pin.objects.last().message, moderators[0])


def test_two_who_pin_the_same_message_pin_it_once(lobby, moderators, say):
    for n in range(ROUNDS):
        message = say(lobby, moderators[0], f"number {n}")
        acts = [pinning(message, user) for user in moderators]
        assert sorted(at_once(*acts)) == [False, True]
        assert Pin.objects.count() == Room.objects.get(pk=lobby.pk).pins == n + 1
