"""The two counters of a room, by which every page knows what it has missed."""

from django.db import transaction
from django.db.models import F


@transaction.atomic
def touch_room(room, by=1, **counters):
    """Count `by` changes of `room` under its row lock; return it with its counters as they are.

    `counters` may name `last_position` too. Django reads assigned expressions back (RETURNING).
    """
    for name, step in {"revision": by, **counters}.items():
        setattr(room, name, F(name) + step)
    room.save(update_fields=["revision", *counters])
    return room
