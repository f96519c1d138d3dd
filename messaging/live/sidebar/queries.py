"""Queries for the lists of rooms of many users; each function runs a constant number of them."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import NamedTuple

from django.db.models import Count

from rooms.models import Membership, Room
from rooms.unread.expressions import saved_and_due
from rooms.unread.marks import Mark, mark
from users.access.revision import access_revision

from ..access_queries import HasAccess, close_codes

type Pair = tuple[int, int]  # (user id, room id)

DIRECT = Room.Kind.DIRECT
_COLUMNS = ("user", "room", "unread", "calls", "room_muted", "room__kind", "room__last_position")


class Found(NamedTuple):
    """What the lists of rooms show. `revision` is the access revision of all users, read last."""

    marks: dict[Pair, Mark]
    due: dict[int, int]  # {user id: how many of their saved messages are due}
    revision: int


def marks(
    watched: Collection[tuple[int, set[int]]], pairs: Collection[Pair], users: Collection[int]
) -> Found:
    """Return what has to be shown for `watched`, [(room id, user ids)]; `pairs`; and `users`.

    The marks of `users` are those of all their rooms, and only theirs are the numbers of what is
    due. There is no mark for a room that the user is not in, or that is archived.
    """
    found: dict[Pair, Mark] = {}
    if watched:
        watchers = set().union(*(user_ids for _room, user_ids in watched))
        found |= _marks(room__in=[room_id for room_id, _users in watched], user__in=watchers)
    if pairs:
        found |= _marks(
            user__in={user_id for user_id, _room in pairs},
            room__in={room_id for _user, room_id in pairs},
        )
    due: dict[int, int] = {}
    if users:
        found |= _marks(user__in=users)
        counts = saved_and_due().filter(user__in=users).values_list("user").annotate(Count("pk"))
        due = dict.fromkeys(users, 0) | dict(counts)
    return Found(found, due, access_revision())


def _marks(**condition: Iterable[int]) -> dict[Pair, Mark]:
    rows = (
        Membership.objects.filter(room__archived_at=None, user__is_active=True, **condition)
        .with_unread()
        .values_list(*_COLUMNS)
    )
    return {
        (user_id, room_id): mark(unread, calls, muted, kind == DIRECT, kind != DIRECT or last > 0)
        for user_id, room_id, unread, calls, muted, kind, last in rows
    }


def lists_of[R: HasAccess](
    readers: Collection[R],
) -> tuple[dict[int, list[Membership]], dict[R, int | None]]:
    """Return ({user id: their memberships for the list of rooms}, close codes read after them)."""
    open_rooms: dict[int, set[int]] = defaultdict(set)
    for reader in readers:
        open_rooms[reader.user_id].add(reader.room_id)
    lists = {
        user_id: list(Membership.objects.for_sidebar(user_id, open_rooms=room_ids))
        for user_id, room_ids in open_rooms.items()
    }
    return lists, close_codes(readers)
