"""Queries for the access of readers; each function runs a constant number of them.

A reader here is anything with `user_id`, `room_id`, `session_key` and `auth_hash`.
"""

from collections.abc import Collection, Hashable, Iterable, Sequence
from typing import Any, Protocol

from django.contrib.auth import get_user_model
from django.utils import timezone

from rooms.access_revisions import Revisions, revisions
from rooms.models import Membership, Presence, Room
from users.models import Session

from . import LOG_IN_AGAIN, NOT_FOUND


class HasAccess(Hashable, Protocol):
    """A connection of a user to a room: a Reader or a long download."""

    @property
    def room_id(self) -> int: ...
    @property
    def user_id(self) -> int: ...
    @property
    def session_key(self) -> str | None: ...
    @property
    def auth_hash(self) -> str: ...


def close_codes[R: HasAccess](readers: Collection[R]) -> dict[R, int | None]:
    """Return {reader: its close code, or None if it still has access}."""
    users = get_user_model().objects.in_bulk({reader.user_id for reader in readers})
    sessions = set(
        Session.objects.filter(
            session_key__in={reader.session_key for reader in readers},
            expire_date__gt=timezone.now(),
        ).values_list("session_key", flat=True)
    )
    visible = Room.objects.visible_pairs(
        {reader.room_id for reader in readers}, {reader.user_id for reader in readers}
    )

    def close_code(reader: R) -> int | None:
        user = users.get(reader.user_id)
        if user is None or not user.is_active or reader.session_key not in sessions:
            return LOG_IN_AGAIN
        if user.get_session_auth_hash() != reader.auth_hash:
            return LOG_IN_AGAIN
        if (reader.room_id, reader.user_id) not in visible:
            return NOT_FOUND
        return None

    return {reader: close_code(reader) for reader in readers}


def close_codes_in_order(readers: Sequence[HasAccess]) -> list[int | None]:
    """Return the close codes of `readers` in order, None for those that still have access."""
    found = close_codes(readers)
    return [found[reader] for reader in readers]


def shut_out[R: HasAccess](room_id: int, readers: Collection[R]) -> list[R]:
    """Return those of `readers`, which may be in other rooms, whose users cannot see this room."""
    visible = Room.objects.visible_pairs([room_id], {reader.user_id for reader in readers})
    return [reader for reader in readers if (room_id, reader.user_id) not in visible]


def rooms_of(user_ids: Collection[int]) -> dict[int, set[int]]:
    """Return {user id: ids of the rooms that they are in}."""
    memberships = Membership.objects.filter(user__in=user_ids, room__archived_at__isnull=True)
    rooms: dict[int, set[int]] = {user_id: set() for user_id in user_ids}
    for user_id, room_id in memberships.values_list("user", "room"):
        rooms[user_id].add(room_id)
    return rooms


def people_in(room_ids: Iterable[int]) -> dict[int, tuple[Any, Revisions]]:
    """Return {room id: (users present now, Revisions read after them)}."""
    room_ids = list(room_ids)
    people = Presence.objects.people_in(room_ids)
    return {room_id: (people[room_id], found) for room_id, found in revisions(room_ids).items()}
