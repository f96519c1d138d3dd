"""The counters of a room: what every page has missed, what is read, and who may read on."""

from django.db import transaction
from django.db.models import F

from . import broadcasts
from .models import Membership


@transaction.atomic
def touch_room(room, by=1, **counters):
    """Count `by` changes of `room` under its row lock; return it with its counters as they are.

    `counters` may name `last_position` and `access_revision` too. Django reads assigned
    expressions back (RETURNING).
    """
    steps = {"revision": by, "access_revision": 0, **counters}
    for name, step in steps.items():
        setattr(room, name, F(name) + step)
    room.save(update_fields=list(steps))
    return room


@transaction.atomic
def narrow_room(room):
    """Count that somebody may not read `room` any more, and tell it before all that comes later.

    Called in the transaction of the change and before its other broadcasts: see
    `messaging.doorkeeper`.
    """
    touch_room(room, by=0, access_revision=1)
    broadcasts.room_narrowed(room)


@transaction.atomic
def mark_read(membership, position):
    """Move what `membership` has read up to `position`; it never moves back."""
    moved = Membership.objects.filter(
        pk=membership.pk, last_read_position__lt=position, room__last_position__gte=position
    ).update(last_read_position=position)
    if moved and position == membership.room.last_position:
        broadcasts.room_read(membership)
