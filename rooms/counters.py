"""The counters of a room: revision, access revision, read positions and unread messages."""

from django.db import connection, transaction
from django.db.models import F

from . import broadcasts
from .models import Membership

_READ_OWN = f"""UPDATE {Membership._meta.db_table} SET last_read_position = %s, own_unread = %s
WHERE room_id = %s AND user_id = %s AND last_read_position >= %s"""


@transaction.atomic(savepoint=False)
def touch_room(room, by=1, **counters):
    """Add `by` to the revision of `room`, which locks its row. Return the room with new counters.

    `counters` are steps for `last_position` and `access_revision`. Django reads assigned
    expressions back (RETURNING).
    """
    steps = {"revision": by, "access_revision": 0, **counters}
    for name, step in steps.items():
        setattr(room, name, F(name) + step)
    room.save(update_fields=list(steps))
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
        if moved and position + own_unread >= room.last_position:
            broadcasts.room_read(membership)


def note_own(room, user_id, positions):
    """Keep a user's own new messages, at these ascending `positions` of `room`, from being unread.

    If they had read everything before, the messages become read. Otherwise they are counted in
    `own_unread`. Call it under the room's lock.
    """
    first, count = positions[0], len(positions)
    run = next((n for n in range(count) if positions[n] != first + n), count)
    # Raw SQL, because this runs for every message and the ORM takes ten times as long to build it.
    with connection.cursor() as cursor:
        cursor.execute(_READ_OWN, [first + run - 1, count - run, room.pk, user_id, first - 1])
        had_read_all = cursor.rowcount
    if not had_read_all:
        membership = Membership.objects.filter(room=room, user=user_id)
        membership.update(own_unread=F("own_unread") + count)
