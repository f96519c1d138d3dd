"""The read positions of people: up to where each has read a room."""

from contextlib import nullcontext
from itertools import batched, groupby
from typing import NamedTuple

from django.db import connection, transaction

from core.queries.together import Statement, run_together

from .. import broadcasts
from ..locking import lock_room
from ..models import Membership, Room

USERS_AT_A_TIME = 500
# Raw SQL, because this runs whenever a page shows a message, and the ORM takes ten times as long to
# build it. Rows are locked in one order, so that two processes that do this wait for each other.
_READ = f"""UPDATE {Membership._meta.db_table} SET last_read_position = %s WHERE id IN (
SELECT member.id FROM {Membership._meta.db_table} member
JOIN {Room._meta.db_table} room ON room.id = member.room_id
WHERE room.id = %s AND room.last_position >= %s
AND member.last_read_position < %s AND member.last_read_position >= %s AND member.own_unread = 0
AND member.user_id IN ({{users}}) ORDER BY member.id {{lock}}) RETURNING user_id"""
_WITH_OWN = f"""SELECT user_id FROM {Membership._meta.db_table}
WHERE room_id = %s AND own_unread > 0 AND last_read_position < %s AND user_id IN ({{users}})"""


class Read(NamedTuple):
    """A user has read a room up to `position`.

    It counts unless the read position was moved back, by `mark_unread`, to before `since`: where it
    was when the page that reports this was opened.
    """

    room_id: int
    user_id: int
    position: int
    since: int = 0


def mark_read(membership, position, since=0):
    """Set the read position of `membership` to `position`, if that is further. See `Read`."""
    mark_all_read([Read(membership.room_id, membership.user_id, position, since)])


def mark_all_read(reads):
    """Set the read positions of these Reads, for whom that is further.

    Without row locks, as in SQLite, all are stored in one transaction. With them each room has its
    own, so that none holds memberships of one room while it waits for those of another.
    """
    has_locks = connection.features.has_select_for_update
    with nullcontext() if has_locks else transaction.atomic(savepoint=False):
        for (room_id, position, since), same in groupby(sorted(reads, key=_room_of), _room_of):
            for user_ids in batched({read.user_id for read in same}, USERS_AT_A_TIME):
                _mark_read(room_id, user_ids, position, since)


def _room_of(read):
    return read.room_id, read.position, read.since


def _mark_read(room_id, user_ids, position, since):
    users = ", ".join(["%s"] * len(user_ids))
    lock = "FOR NO KEY UPDATE OF member" if connection.features.has_select_for_update else ""
    sql = _READ.format(users=users, lock=lock)
    moving = Statement(sql, [position, room_id, position, position, since, *user_ids])
    [moved] = run_together(moving)
    for (user_id,) in moved:
        broadcasts.room_read(room_id, user_id)
    if len(moved) < len(user_ids):
        counting = Statement(_WITH_OWN.format(users=users), [room_id, position, *user_ids])
        [with_own] = run_together(counting)
        if with_own:
            _mark_read_with_own(room_id, [user_id for (user_id,) in with_own], position, since)


@transaction.atomic
def _mark_read_with_own(room_id, user_ids, position, since):
    """Do what `_mark_read` does for people who have written since they read."""
    memberships = Membership.objects.filter(
        room=room_id,
        user__in=user_ids,
        last_read_position__lt=position,
        last_read_position__gte=since,
        room__last_position__gte=position,
    )
    locked = memberships.select_for_update(no_key=True, of=("self",)).order_by("pk")
    moved = list(locked.select_related("room"))
    own_unread = {each.pk: _own_after(each, position) for each in moved}
    for count in set(own_unread.values()):
        ids = [pk for pk, own in own_unread.items() if own == count]
        Membership.objects.filter(pk__in=ids).update(last_read_position=position, own_unread=count)
    for membership in moved:
        broadcasts.room_read(room_id, membership.user_id)


def _own_after(membership, position):
    """Return how many of the member's own messages come after `position`, which becomes read."""
    room = membership.room
    if not membership.own_unread or position >= room.last_position:
        return 0
    return room.messages.filter(author=membership.user_id, position__gt=position).count()


@transaction.atomic
def mark_unread(membership, position):
    """Make the messages of `membership`'s room from `position` on unread for this member.

    The read position moves to before the first of them that can be unread: one's own messages and
    deleted ones cannot. Return False if there is none. Open pages of the room, which would mark
    it read at once, stop doing so. Raise PermissionDenied if the room was deleted.
    """
    room, user_id = membership.room, membership.user_id
    lock_room(room)
    others = room.messages.filter(position__gte=position, deleted_at__isnull=True)
    first = others.exclude(author=user_id).order_by("position").first()
    if first is None:
        return False
    read = first.position - 1
    own_unread = room.messages.filter(author=user_id, position__gt=read).count()
    further = Membership.objects.filter(pk=membership.pk, last_read_position__gt=read)
    if further.update(last_read_position=read, own_unread=own_unread):
        membership.last_read_position, membership.own_unread = read, own_unread
        broadcasts.room_unread(membership)
    return True
