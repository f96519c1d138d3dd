"""The counters of a room, and of what its members have written unread."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from core.queries.together import Statement, run_together
from users.models import User

from . import broadcasts
from .models import Membership, Room

# These run with every message, and the ORM takes ten times as long to build them.
_TOUCH = f"""UPDATE {Room._meta.db_table} SET revision = revision + %s,
last_position = last_position + %s, access_revision = access_revision + %s
WHERE id = %s RETURNING revision, last_position, access_revision, is_pushed, has_webhooks"""
_TOUCHED = ["revision", "last_position", "access_revision", "is_pushed", "has_webhooks"]
_NOTE_OWN = f"""UPDATE {Membership._meta.db_table} SET
own_unread = CASE WHEN last_read_position >= %s THEN %s ELSE own_unread + %s END,
last_read_position = CASE WHEN last_read_position >= %s THEN %s ELSE last_read_position END
WHERE room_id = %s AND user_id = %s"""


@transaction.atomic(savepoint=False)
def touch_room(room, by=1, last_position=0, access_revision=0):
    """Add `by` to the revision of `room`, which locks its row. Return the room with new counters.

    `last_position` and `access_revision` are steps too. Raises PermissionDenied if the room was
    deleted.
    """
    [rows] = run_together(touching(room, by, last_position, access_revision))
    return note_touched(room, rows)


def touching(room, by=1, last_position=0, access_revision=0):
    """Return the Statement of `touch_room`. `note_touched` needs its rows."""
    return Statement(_TOUCH, [by, last_position, access_revision, room.pk])


def note_touched(room, rows):
    """Set the new counters of `room`; see `touch_room` for what is returned and raised."""
    counters = next(iter(rows), None)
    if counters is None:
        raise PermissionDenied
    room.revision, room.last_position, room.access_revision, is_pushed, has_webhooks = counters
    room.is_pushed, room.has_webhooks = bool(is_pushed), bool(has_webhooks)
    room.note_stored(_TOUCHED)
    return room


@transaction.atomic
def narrow_room(room):
    """Count that somebody has lost access to `room`, and publish it after the commit.

    Call it in the transaction of the change, before its other broadcasts, so that processes check
    access before they deliver later events. See `messaging.live.access_monitor`.
    """
    touch_room(room, by=0, access_revision=1)
    broadcasts.room_narrowed(room)


@transaction.atomic
def count_pins(room, by):
    """Add `by` to the number of pinned messages of `room`, whose lock is held; push its header.

    The header has a revision of its own, so that pages that lose the push catch up on it.
    """
    touch_room(room)
    room.pins += by
    room.save(update_fields=["pins"])
    broadcasts.room_changed(room)


@transaction.atomic
def expect_pushes(rooms):
    """Note that somebody may want pushes of `rooms`, a queryset, so that posts there queue them.

    Call it when somebody comes to a room or wants more of it. Who has a device is looked up when
    pushes are sent; if nobody has, that ends it: see messaging.notifications.push.
    """
    if not User.objects.filter(push_subscriptions__isnull=False).exists():
        return
    # All are locked, not only those to be changed: a task may be about to change another.
    locked = rooms.select_for_update(no_key=True, of=("self",)).order_by("pk")
    ids = [pk for pk, is_pushed in locked.values_list("pk", "is_pushed") if not is_pushed]
    if ids:
        Room.objects.filter(pk__in=ids).update(is_pushed=True)


def noting_own(room, user_id, positions):
    """Return the Statement that keeps a user's own new messages from being unread.

    They are at these ascending `positions` of `room`. If the user had read everything before, they
    become read. Otherwise they are counted in `own_unread`. Run it under the room's lock.
    """
    first, count = positions[0], len(positions)
    run = next((n for n in range(count) if positions[n] != first + n), count)
    before, read = first - 1, first + run - 1
    return Statement(_NOTE_OWN, [before, count - run, count, before, read, room.pk, user_id])
