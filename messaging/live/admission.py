"""Authenticate and authorise sockets when they connect."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple
from urllib.parse import parse_qs

from core.batching import BatchLoader
from rooms.models import Room
from users.languages import language_of
from users.sessions.socket_auth import visitors_of

from . import access_queries, connection_limits


class Visit(NamedTuple):
    """The user and the room of a connecting socket; None for either if access is denied."""

    user: Any = None
    session_key: str | None = None
    language: str = ""
    room_id: int | None = None
    rooms: Collection[int] = ()  # ids of the rooms that the user is in
    open_elsewhere: int = 0  # connections of this user that the database knows of


def enter_all(arrivals: Sequence[tuple[dict, str]]) -> list[Visit]:
    """Authenticate and authorise a batch of connecting sockets with a constant number of queries.

    Return a Visit for each (ASGI scope, slug of a room).
    """
    visitors = visitors_of([scope for scope, _slug in arrivals])
    people = {user.pk for user, _key in visitors if user is not None}
    rooms = dict(
        Room.objects.filter(slug__in={slug for _scope, slug in arrivals}).values_list("slug", "pk")
    )
    visible = Room.objects.visible_pairs(rooms.values(), people)
    rooms_of = access_queries.rooms_of(people)
    elsewhere = connection_limits.open_elsewhere(people)

    def visit(user: Any, session_key: str | None, scope: dict, slug: str) -> Visit:
        if user is None or not _is_page_of(user, scope):
            return Visit()
        if (rooms.get(slug), user.pk) not in visible:
            return Visit(user, session_key, language_of(user))
        return Visit(
            user,
            session_key,
            language_of(user),
            rooms[slug],
            rooms_of[user.pk],
            elsewhere[user.pk],
        )

    return [
        visit(user, session_key, scope, slug)
        for (user, session_key), (scope, slug) in zip(visitors, arrivals, strict=True)
    ]


def _is_page_of(user: Any, scope: dict) -> bool:
    """Return False if the connecting page was rendered for another user.

    This happens if somebody else has logged in with the same browser since.
    """
    rendered_for = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("person")
    return rendered_for is None or rendered_for == [str(user.pk)]


enter = BatchLoader(enter_all)
