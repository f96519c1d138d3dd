"""The counters of a room: revision, access revision, read positions and unread messages."""

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from . import broadcasts
from .models import Membership, Room

# These run with every message, and the ORM takes ten times as long to build them.
_TOUCH = f"""UPDATE {Room._meta.db_table} SET revision = revision + %s,
last_position = last_position + %s, access_revision = access_revision + %s
WHERE id = %s RETURNING revision, last_position, access_revision"""
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
    with connection.cursor() as cursor:
        cursor.execute(_TOUCH, [by, last_position, access_revision, room.pk])
        counters = cursor.fetchone()
    if counters is None:
        raise PermissionDenied
    room.revision, room.last_position, room.access_revision = counters
    room.note_stored(["revision", "last_position", "access_revision"])
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
def mark_read(membership, position):
    """Set the read position of `membership` to `position`, if that is further."""
    mark_all_read(membership.room_id, [membership.user_id], position)


@transaction.atomic
def mark_all_read(room_id, user_ids, position):
    """Set the read position of these users in a room to `position`, for whom that is further."""
    memberships = Membership.objects.filter(
        room=room_id,
        user__in=user_ids,
        last_read_position__lt=position,
        room__last_position__gte=position,
    )
    for membership in memberships.select_related("room"):
        room, own_unread = membership.room, 0
        if membership.own_unread and position < room.last_position:
            own = room.messages.filter(author=membership.user_id, position__gt=position)
            own_unread = own.count()
        moved = memberships.filter(pk=membership.pk).update(
            last_read_position=position, own_unread=own_unread
        )
        if moved:
            broadcasts.room_read(membership)


def note_own(room, user_id, positions):
    """Keep a user's own new messages, at these ascending `positions` of `room`, from being unread.

    If they had read everything before, the messages become read. Otherwise they are counted in
    `own_unread`. Call it under the room's lock.
    """
    first, count = positions[0], len(positions)
    run = next((n for n in range(count) if positions[n] != first + n), count)
    before, read = first - 1, first + run - 1
    with connection.cursor() as cursor:
        cursor.execute(_NOTE_OWN, [before, count - run, count, before, read, room.pk, user_id])
