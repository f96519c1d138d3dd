"""Pin and unpin messages. Both are idempotent: whoever repeats one changes nothing."""

from typing import Any

from django.db import transaction

from core.views import require
from rooms.counters import count_pins
from rooms.locking import lock_act
from users.audit import Act, record
from users.models import User

from ..message.actions import change_message
from ..message.models import Message
from .models import MAX_PINS, Pin

type Choice = Any  # an Act; without Django's stubs, mypy takes a TextChoices member for a tuple


class TooManyPins(Exception):
    """The room has as many pinned messages as it can have."""


@transaction.atomic
def pin_message(message: Message, by: User) -> bool:
    """Pin `message`; return False if it is pinned already.

    Raise PermissionDenied if `by` may not pin in its room (any more) or it was deleted meanwhile,
    and TooManyPins if the room has MAX_PINS pinned messages.
    """
    _lock(message, by)
    room = message.room
    if Pin.objects.filter(message=message).exists():
        return False
    if room.pins >= MAX_PINS:
        raise TooManyPins
    pin = Pin.objects.create(message=message, room=room, pinned_by=by)
    change_message(message, extras={"pin": {"by": by.pk, "at": pin.pinned_at.isoformat()}})
    count_pins(room, by=1)
    _log(Act.MESSAGE_PINNED, message, by)
    return True


@transaction.atomic
def unpin_message(message: Message, by: User) -> bool:
    """Unpin `message`; return False if it is not pinned.

    Raise PermissionDenied as `pin_message` does.
    """
    _lock(message, by)
    deleted, _by_model = Pin.objects.filter(message=message).delete()
    if not deleted:
        return False
    change_message(message, extras={"pin": None})
    count_pins(message.room, by=-1)
    _log(Act.MESSAGE_UNPINNED, message, by)
    return True


def _lock(message: Message, by: User) -> None:
    """Lock the room of `message`. Raise PermissionDenied unless `by` may pin the message."""
    acting, _nobody = lock_act(message.room, by)
    message.refresh_from_db(fields=["deleted_at"])
    require(acting.pk and acting.can_pin and not message.is_deleted)


def _log(act: Choice, message: Message, by: User) -> None:
    """Record the act, except in a direct room, whose members are equal and have no log."""
    room = message.room
    if not room.is_direct:
        person = message.author if message.author_id != by.pk else None
        record(act, by, person=person, room=room, detail=f"#{message.position}")
