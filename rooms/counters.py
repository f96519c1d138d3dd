"""The counters of a room: what every page knows of what it has missed, and who may read on."""

from django.db import transaction
from django.db.models import F

from . import broadcasts


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
