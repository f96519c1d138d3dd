"""All events between processes, and `publish`, which sends them over the channel layer.

What takes time to draw is drawn by a thread of its own (`draw_in_order`), so that whoever made the
change is answered, and the next change is stored, meanwhile.

Each event is a TypedDict with one constructor; EVENTS is the table of all. They are sent to the
group of a room (`rooms.broadcasts.room_group`) or of a user (`users.broadcasts.user_group`), and
`messaging.live.event_router` handles each of them.

"access" is up to which losses of access an event was made: [the access revision of the room, that
of all users] (see `messaging.live.access_monitor`).
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Literal, TypedDict

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

from .threads import start_broadcast

logger = logging.getLogger(__name__)

# How many events may wait for an unresponsive channel layer before new ones are dropped.
MAX_PENDING = 5_000
# How many events may wait to be drawn before those who make changes draw them, and so wait.
MAX_UNDRAWN = 20

_pending = 0
_undrawn = 0
_counting = threading.Lock()
_server_loop: asyncio.AbstractEventLoop | None = None

# To the group of a room


class RoomChanged(TypedDict):
    """Messages were posted, edited or deleted: revisions `first` to `revision` of the room."""

    type: Literal["room.changed"]
    room: int
    first: int
    revision: int
    access: Sequence[int]
    posted: bool  # whether something in it is new, so that the room counts as unread
    can_wait: bool  # whether it may arrive a moment later, together with what follows
    authors: Sequence[int]  # user ids
    at: float  # seconds since the epoch, of the commit, by the sender's clock
    html: Mapping[str, str]  # by language
    cuts: Mapping[str, Sequence[Sequence[int]]]  # by language: (id, position, start, end) in html


def room_changed(
    *,
    room: int,
    first: int,
    revision: int,
    access: Sequence[int],
    posted: bool,
    can_wait: bool,
    authors: Sequence[int],
    at: float,
    html: Mapping[str, str],
    cuts: Mapping[str, Sequence[Sequence[int]]],
) -> RoomChanged:
    return {
        "type": "room.changed",
        "room": room,
        "first": first,
        "revision": revision,
        "access": access,
        "posted": posted,
        "can_wait": can_wait,
        "authors": authors,
        "at": at,
        "html": html,
        "cuts": cuts,
    }


class RoomHint(TypedDict):
    """The room's header (name, topic, state) has changed."""

    type: Literal["room.hint"]
    room: int
    access: Sequence[int]
    html: Mapping[str, str]  # by language


def room_hint(*, room: int, access: Sequence[int], html: Mapping[str, str]) -> RoomHint:
    return {"type": "room.hint", "room": room, "access": access, "html": html}


class RoomNarrowed(TypedDict):
    """Somebody may no longer read the room."""

    type: Literal["room.narrowed"]
    room: int
    access: Sequence[int]


def room_narrowed(*, room: int, access: Sequence[int]) -> RoomNarrowed:
    return {"type": "room.narrowed", "room": room, "access": access}


class RoomTyping(TypedDict):
    """A member of the room is typing."""

    type: Literal["room.typing"]
    room: int
    user: int
    name: str
    revision: int  # of the room, as the member typed
    access: Sequence[int]


def room_typing(
    *, room: int, user: int, name: str, revision: int, access: Sequence[int]
) -> RoomTyping:
    return {
        "type": "room.typing",
        "room": room,
        "user": user,
        "name": name,
        "revision": revision,
        "access": access,
    }


class PresenceChanged(TypedDict):
    """Somebody came into the room or left it."""

    type: Literal["presence.changed"]
    room: int


def presence_changed(*, room: int) -> PresenceChanged:
    return {"type": "presence.changed", "room": room}


# To the group of a user


class AccessChanged(TypedDict):
    """What the user may read, or the list of their rooms, has changed."""

    type: Literal["access.changed"]
    user: int


def access_changed(*, user: int) -> AccessChanged:
    return {"type": "access.changed", "user": user}


class RoomRead(TypedDict):
    """The user has read in the room, or marked messages as unread."""

    type: Literal["room.read"]
    user: int
    room: int


def room_read(*, user: int, room: int) -> RoomRead:
    return {"type": "room.read", "user": user, "room": room}


class RoomUnread(TypedDict):
    """The user has made messages of the room unread again."""

    type: Literal["room.unread"]
    user: int
    room: int


def room_unread(*, user: int, room: int) -> RoomUnread:
    return {"type": "room.unread", "user": user, "room": room}


class SavedChanged(TypedDict):
    """The messages that the user has saved for later have changed, or some are due now."""

    type: Literal["saved.changed"]
    user: int


def saved_changed(*, user: int) -> SavedChanged:
    return {"type": "saved.changed", "user": user}


type Event = (
    RoomChanged
    | RoomHint
    | RoomNarrowed
    | RoomTyping
    | PresenceChanged
    | AccessChanged
    | RoomRead
    | RoomUnread
    | SavedChanged
)

# The constructor of each event, by its type.
EVENTS: Mapping[str, Any] = {
    "room.changed": room_changed,
    "room.hint": room_hint,
    "room.narrowed": room_narrowed,
    "room.typing": room_typing,
    "presence.changed": presence_changed,
    "access.changed": access_changed,
    "room.read": room_read,
    "room.unread": room_unread,
    "saved.changed": saved_changed,
}


def publish_from(loop: asyncio.AbstractEventLoop) -> None:
    """Set `loop`, the event loop of this process's server, as the loop that sends events."""
    global _server_loop
    _server_loop = loop


def publish(group: str, event: Event) -> None:
    """Send `event`, made by a constructor of EVENTS, to `group`. Never raise.

    Return at once if the server's loop sends the event; without a server, wait until it is sent.

    The database is the source of truth. Readers recover a lost event from it within seconds, so a
    failure is only logged.
    """
    loop = _running_loop()
    if loop is not None:
        asyncio.run_coroutine_threadsafe(_send(group, event), loop)
    else:
        async_to_sync(_send)(group, event)


def draw_in_order(draw: Callable[[], None]) -> None:
    """Call `draw`, which draws an event and publishes it, after those that were passed before.

    With a server, return at once: another thread calls it. Without one, or if too many wait, call
    it now, and raise what it raises.
    """
    if _running_loop() is None or _undrawn >= MAX_UNDRAWN:
        draw()
        return
    _count_undrawn(1)
    start_broadcast(partial(_draw, draw))


def _draw(draw: Callable[[], None]) -> None:
    try:
        draw()
    except Exception:  # the change is stored, and readers recover it from the database
        logger.exception("Could not draw a change", extra={"event": "layer.drawing_failed"})
    finally:
        _count_undrawn(-1)


def _count_undrawn(step: int) -> None:
    global _undrawn
    with _counting:
        _undrawn += step


def _running_loop() -> asyncio.AbstractEventLoop | None:
    """Return the loop of this process's server, None without one or if it has stopped."""
    return _server_loop if _server_loop is not None and _server_loop.is_running() else None


async def _send(group: str, event: Event) -> None:
    global _pending
    if _pending >= MAX_PENDING:  # the layer is stuck; readers recover from the database
        return
    _pending += 1
    try:
        await get_channel_layer().group_send(group, event)
    except Exception as error:
        logger.warning(
            "Could not send an event to group %s of the channel layer: %r",
            *(group, error),
            extra={"event": "layer.send_failed", "fields": {"group": group}},
        )
    finally:
        _pending -= 1
