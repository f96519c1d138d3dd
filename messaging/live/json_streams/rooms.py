"""The stream of all rooms that a program may see: where each of them stands, as it moves.

What it sends is a state, so nothing can be lost: if a room changes twice before a program takes the
first, it gets the second only. One task asks the database for all streams of this process.
"""

import asyncio
import logging
import sys
from collections.abc import Mapping
from typing import Any

from core.threads import in_database

from .. import LOG_IN_AGAIN
from ..hub import hub
from ..reader import STALLED_SECONDS
from ..responses.client import Client
from ..responses.lasting import Receive, Send
from . import sse
from .changes import as_line
from .room import loop_time_of
from .rooms_queries import Found, Marks, Where, compare, rooms_for, where

logger = logging.getLogger(__name__)

TICK_SECONDS = 0.25
COMPARE_SECONDS = 2  # between two comparisons with the database of who may see what
CHECK_SECONDS = 45  # between two checks of everything


class RoomsStream:
    """Sends one program where its rooms are. `known` is what it has been sent or will be."""

    def __init__(self, token: Any) -> None:
        self.token = token
        self.user_id = token.user.pk
        self.known: dict[int, Where] | None = None  # by room id; None: nothing yet
        self.closed = False
        self._posted: dict[int, bool] = {}  # {id of a room to be sent: whether it has news}
        self._client: Client | None = None
        self._writer: asyncio.Task | None = None
        self._writing_since = 0.0

    def note_all(self, rooms: Mapping[int, Where]) -> None:
        """Note where all rooms are that the program may see."""
        gone = (self.known or {}).keys() - rooms.keys()
        for room_id in gone:
            self.forget(room_id)
        self.note(rooms)

    def note(self, rooms: Mapping[int, Where]) -> None:
        """Note where some of its rooms are."""
        is_new = self.known is None
        self.known = self.known or {}
        for room_id, now in rooms.items():
            before = self.known.get(room_id)
            if now != before:
                is_post = not is_new and now.position > (before.position if before else 0)
                self._posted[room_id] = is_post or self._posted.get(room_id, False)
                self.known[room_id] = now
                self._wake()

    def forget(self, room_id: int) -> None:
        self.known.pop(room_id, None)
        self._posted.pop(room_id, None)

    @property
    def opening(self) -> str:
        return sse.opening()

    async def go_on(self, receive: Receive, send: Send) -> None:
        """Send everything after `opening`, until it is closed or the client has gone."""
        client = self._client = Client(receive, send)
        loop = asyncio.get_running_loop()
        ends_at = loop_time_of(self.token.expires_at)
        pulse_at = loop.time() + sse.PULSE_SECONDS
        rooms_watch.add(self)
        try:
            while not self.closed and loop.time() < ends_at:
                chunk = self._take()
                if not chunk and loop.time() >= pulse_at:
                    chunk = sse.PULSE
                if chunk:
                    self._writer, self._writing_since = asyncio.current_task(), loop.time()
                    await client.write(chunk)
                    self._writer = None
                    pulse_at = loop.time() + sse.PULSE_SECONDS
                elif await client.wait(min(pulse_at, ends_at)):
                    return
            await client.write("", is_last=True)
        finally:
            rooms_watch.remove(self)

    def close(self, code: int) -> None:
        self.closed = True
        self._wake()

    def _wake(self) -> None:
        if self._client is not None:
            self._client.wake()

    def end_if_stalled(self, now: float) -> None:
        if self._writer is not None and now - self._writing_since > STALLED_SECONDS:
            self._writer.cancel()

    def _take(self) -> str:
        posted, self._posted = self._posted, {}
        return "".join(
            sse.event(
                "room",
                as_line({"room": now.slug, "revision": now.revision, "posted": posted[room_id]}),
            )
            for room_id in posted
            for now in [self.known[room_id]]
        )


class RoomsWatch:
    """Tells all streams of this process where their rooms are. It works while there are any."""

    def __init__(self) -> None:
        self._streams: set[RoomsStream] = set()
        self._marks = Marks()
        self._access: dict[int, int] = {}  # {room id: its access revision, as far as checked}
        self._compare_at = self._check_at = 0.0
        self._task: asyncio.Task | None = None

    def add(self, stream: RoomsStream) -> None:
        self._streams.add(stream)
        hub.registry.follow(stream)
        if self._task is None:
            self._task = hub.tasks.run(self._work())

    def remove(self, stream: RoomsStream) -> None:
        self._streams.discard(stream)
        hub.registry.unfollow(stream)

    async def _work(self) -> None:
        try:
            while self._streams:
                try:
                    await self._look()
                except Exception as error:
                    logger.warning(
                        "Could not look after the rooms of programs, retrying: %r",
                        error,
                        extra={"event": "stream.rooms_failed"},
                    )
                    self._check_at = 0.0
                await asyncio.sleep(TICK_SECONDS)
        finally:
            self._task = None
            self._access.clear()
            hub.registry.follow_only(())

    async def _look(self) -> None:
        registry, now = hub.registry, asyncio.get_running_loop().time()
        moved, registry.moved_rooms = registry.moved_rooms, set()
        people, registry.moved_people = registry.moved_people, set()
        for stream in self._streams:
            stream.end_if_stalled(now)
        found = await in_database(where)(moved)
        if found.people > self._marks.people:
            self._compare_at = 0.0
        stale = await self._find_stale(people, now) | self._concerned_by(moved, found)
        await self._resolve(stale)
        for stream in self._streams - stale:
            known = stream.known or {}
            stream.note({pk: room for pk, room in found.rooms.items() if pk in known})

    def _concerned_by(self, moved: set[int], found: Found) -> set[RoomsStream]:
        """Return the streams of rooms that were deleted, or that somebody may not see any more."""
        access = found.access
        changed = {pk for pk in moved if access.get(pk, sys.maxsize) > self._access.get(pk, 0)}
        return {each for each in self._streams if changed & (each.known or {}).keys()}

    async def _find_stale(self, people: set[int], now: float) -> set[RoomsStream]:
        """Return the streams whose rooms may be others than they were."""
        stale = {each for each in self._streams if each.known is None or each.user_id in people}
        if now >= self._check_at:
            self._check_at = now + CHECK_SECONDS
            stale = set(self._streams)
        if now >= self._compare_at:
            self._compare_at = now + COMPARE_SECONDS
            self._marks, concerned = await in_database(compare)(self._marks)
            stale |= {
                each for each in self._streams if concerned is None or each.user_id in concerned
            }
        return stale

    async def _resolve(self, stale: set[RoomsStream]) -> None:
        """Ask the database which rooms these streams may see; close those that may see none."""
        if not stale:
            return
        found = await in_database(rooms_for)([stream.token for stream in stale])
        for stream in stale & self._streams:
            rooms = found.get(stream.token.pk)
            if rooms is None:
                stream.close(LOG_IN_AGAIN)
            else:
                self._access |= {pk: access for pk, (_where, access) in rooms.items()}
                stream.note_all({pk: room for pk, (room, _access) in rooms.items()})
        known = [stream.known for stream in self._streams if stream.known]
        hub.registry.follow_only(set().union(*known))
        hub.subscriptions.settle()


rooms_watch = RoomsWatch()
