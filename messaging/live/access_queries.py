"""Queries for the access of readers; each function runs a constant number of them.

A reader here is anything with `user_id`, `room_id`, `session_key` and `auth_hash`. That of a
program also has a `token_id`, which is checked instead of the session.
"""

from collections.abc import Collection, Hashable, Iterable, Sequence
from typing import Any, Protocol

from django.contrib.auth import get_user_model
from django.utils import timezone

from rooms.access_revisions import Revisions, revisions
from rooms.models import Membership, Presence, Room, TokenRoom
from users.models import Session, Token

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

    tokens = _rooms_of_tokens({_token_of(reader) for reader in readers} - {None})

    def is_logged_in(reader: R) -> bool:
        user = users.get(reader.user_id)
        if user is None or not user.is_active:
            return False
        if _token_of(reader) is not None:
            return _token_of(reader) in tokens
        return reader.session_key in sessions and user.get_session_auth_hash() == reader.auth_hash

    def close_code(reader: R) -> int | None:
        if not is_logged_in(reader):
            return LOG_IN_AGAIN
        rooms = tokens.get(_token_of(reader))
        if (reader.room_id, reader.user_id) not in visible:
            return NOT_FOUND
        return None if rooms is None or reader.room_id in rooms else NOT_FOUND

    return {reader: close_code(reader) for reader in readers}


def _token_of(reader: HasAccess) -> int | None:
    return getattr(reader, "token_id", None)


def _rooms_of_tokens(token_ids: Collection[int | None]) -> dict[int | None, set[int] | None]:
    """Return {token id: ids of the rooms to which it is limited, or None} of the usable ones."""
    if not token_ids:
        return {}
    usable = Token.objects.usable().filter(pk__in=token_ids)
    limited = dict(usable.values_list("pk", "is_limited_to_rooms"))
    rooms: dict[int | None, set[int] | None] = {
        pk: set() if is_limited else None for pk, is_limited in limited.items()
    }
    for token_id, room_id in TokenRoom.objects.filter(token__in=limited).values_list(
        "token", "room"
    ):
        found = rooms[token_id]
        if found is not None:
            found.add(room_id)
    return rooms


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
    """Return {room id: ([Here of those present now], Revisions read after them)}."""
    room_ids = list(room_ids)
    people = Presence.objects.people_in(room_ids)
    return {room_id: (people[room_id], found) for room_id, found in revisions(room_ids).items()}
