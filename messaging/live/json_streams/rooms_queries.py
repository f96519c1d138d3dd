"""Queries for streams of all rooms."""

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from django.db.models import Max

from rooms.models import Membership, Room
from rooms.tokens.queries import rooms_of
from users.access.revision import access_revision, narrowed_since
from users.tokens.queries import usable_among

_COLUMNS = ("pk", "slug", "revision", "last_position", "access_revision")


class Where(NamedTuple):
    """Where a room is: its revision, and the position of its last message."""

    slug: str
    revision: int
    position: int


class Found(NamedTuple):
    """Rooms, their access revisions, and the access revision of all users, read last."""

    rooms: dict[int, Where]
    access: dict[int, int]
    people: int


class Marks(NamedTuple):
    """How far has been looked at who may see which rooms."""

    people: int = 0  # the access revision of all users
    room: int = 0  # the newest room
    membership: int = 0  # the newest membership


def where(room_ids: Collection[int]) -> Found:
    """Return where these rooms are; deleted ones are left out."""
    rooms_there = Room.objects.filter(pk__in=room_ids).values_list(*_COLUMNS)
    rows = list(rooms_there) if room_ids else []
    rooms = {pk: Where(*place) for pk, *place, _access in rows}
    return Found(rooms, {pk: access for pk, *_place, access in rows}, access_revision())


def compare(marks: Marks) -> tuple[Marks, set[int] | None]:
    """Return (new Marks, ids of the users who may see other rooms than at `marks`).

    The latter is None if it may be anybody.
    """
    now = Marks(
        access_revision(),
        Room.objects.aggregate(newest=Max("pk"))["newest"] or 0,
        Membership.objects.aggregate(newest=Max("pk"))["newest"] or 0,
    )
    if now.room > marks.room:
        return now, None
    people: set[int] = set()
    if now.people > marks.people:
        people |= narrowed_since(marks.people)
    if now.membership > marks.membership:
        joined = Membership.objects.filter(pk__gt=marks.membership)
        people |= set(joined.values_list("user", flat=True))
    return now, people


def rooms_for(tokens: Iterable[Any]) -> dict[int, dict[int, tuple[Where, int]]]:
    """Return {token id: {room id: (where it is, its access revision)}} of the usable tokens."""
    tokens = list(tokens)
    usable = usable_among([token.pk for token in tokens])
    return {
        token.pk: {
            pk: (Where(*place), access)
            for pk, *place, access in rooms_of(token).order_by("pk").values_list(*_COLUMNS)
        }
        for token in tokens
        if token.pk in usable
    }
