"""The stream of one room: each change of a message as a server-sent event."""

import asyncio
import logging
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils import timezone

from rooms.models import Room
from rooms.presence.models import PROGRAM

from .. import NOT_FOUND, TRY_AGAIN_LATER
from ..hub import hub
from ..reader import Reader
from ..responses.client import Client
from ..responses.lasting import Receive, Send
from . import sse
from .changes import Change
from .encoder import RevisionEncoder
from .log import Log, log_of

logger = logging.getLogger(__name__)

CHUNK_LETTERS = 64 * 1024
# Between two batches of what a program missed, so that one with much to read delays nobody.
CATCH_UP_SECONDS = 0.02
_ENCODER = RevisionEncoder()


class RoomStream:
    """Sends a room's changes after revision `cursor` to one program.

    `revision` is the room's at the request, and `token` the program's access token, with its user.
    A program takes what it can: nothing waits for it here. If one write takes too long, the reader
    is closed (see `Reader.is_stalled`).
    """

    def __init__(self, room_id: int, token: Any, cursor: int, revision: int) -> None:
        self.cursor = cursor
        self.revision = revision
        self.reader = Reader(
            encoder=_ENCODER,
            offer=self._wake,
            transmit=self._wake_late,
            close=self._end,
            room_id=room_id,
            user=token.user,
            session_key=PROGRAM,
            token_id=token.pk,
            lingers=True,
        )
        self._wanted = revision  # up to which there are changes
        self._client: Client | None = None
        self._writer: asyncio.Task | None = None  # the task that writes to the connection
        self._expires_at = token.expires_at

    @property
    def opening(self) -> str:
        return sse.opening(None if self.cursor > self.revision else self.cursor)

    async def go_on(self, receive: Receive, send: Send) -> None:
        """Send everything after `opening`, until the reader is closed or the client has gone."""
        client = self._client = Client(receive, send)
        loop = asyncio.get_running_loop()
        ends_at = loop_time_of(self._expires_at)
        reader = self.reader
        try:
            with log_of(reader.room_id, self.revision) as log:
                await hub.join(reader)
                await hub.catch_up(reader, self.revision)
                pulse_at = loop.time() + sse.PULSE_SECONDS
                while not reader.closed and loop.time() < ends_at:
                    if self.cursor < self._wanted:
                        for chunk in await self._next(log):
                            await self._write(client, chunk)
                            if reader.closed:
                                break
                        self._end_writing()
                    elif loop.time() >= pulse_at:
                        await self._write(client, sse.PULSE)
                        self._end_writing()
                        pulse_at = loop.time() + sse.PULSE_SECONDS
                    elif await client.wait(min(pulse_at, ends_at)):
                        return
            await client.write("", is_last=True)
        finally:
            reader.closed = True
            hub.leave(reader)

    async def _next(self, log: Log) -> Iterable[str]:
        """Return the next changes; none if the program may not read them any more."""
        reader, is_late = self.reader, self._wanted - self.cursor > 1
        try:
            found = await log.since(self.cursor)
            feed = hub.registry.feeds[reader.room_id]
            await hub.access_monitor.admit(reader, feed, found.access)
        except Room.DoesNotExist:
            reader.close(NOT_FOUND)
            return ()
        except Exception as error:
            logger.warning(
                "A program's stream of room %s could not go on: %r",
                *(reader.room_id, error),
                extra={"event": "stream.failed", "fields": {"room": reader.room_id}},
            )
            reader.close(TRY_AGAIN_LATER)
            return ()
        if reader.closed:
            return ()
        if found.revision <= self.cursor:
            self._wanted = self.cursor
        self.cursor = max(self.cursor, found.revision)
        if is_late and self.cursor < self._wanted:
            await asyncio.sleep(CATCH_UP_SECONDS)
        return _in_chunks(found.changes)

    def _wake(self, revision: int) -> bool:
        if revision > self._wanted:
            self._wanted = revision
            if self._client is not None:
                self._client.wake()
        return True

    async def _wake_late(self, revision: int) -> None:
        self._wake(revision)

    async def _end(self, code: int) -> None:
        """End the response; cut it off if the connection does not accept the end."""
        if self._client is not None:
            self._client.wake()
        if self._writer is not None and self.reader.is_stalled(self._writer.get_loop().time()):
            self._writer.cancel()

    async def _write(self, client: Client, chunk: str) -> None:
        self._writer = asyncio.current_task()
        self.reader.sending_since = asyncio.get_running_loop().time()
        await client.write(chunk)

    def _end_writing(self) -> None:
        self._writer = self.reader.sending_since = None


def loop_time_of(moment: Any) -> float:
    """Return when `moment`, a datetime, will be on the event loop's clock; None is never."""
    if moment is None:
        return float("inf")
    return asyncio.get_running_loop().time() + (moment - timezone.now()).total_seconds()


def _in_chunks(changes: Iterable[Change]) -> Iterator[str]:
    """Yield the events of `changes`, several in a chunk."""
    events: list[str] = []
    letters = 0
    for change in changes:
        events.append(sse.event("message", change.json, change.revision))
        letters += len(events[-1])
        if letters >= CHUNK_LETTERS:
            yield "".join(events)
            events, letters = [], 0
    if events:
        yield "".join(events)
