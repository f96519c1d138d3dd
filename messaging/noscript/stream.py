"""The message log as a long-running HTML response, for browsers without JavaScript.

A stream is a reader of the hub. HTML cannot be changed after it is sent, so a change is sent as a
new copy (see `patches`). A stream ends itself before platforms cut it off, and a meta refresh,
which fires at the end of the response, makes the browser request it again from the newest
messages. So the page stays small, however long it is open.
"""

import asyncio
import random
import signal
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import suppress
from datetime import tzinfo
from functools import partial
from typing import Any

from ..live import ELSEWHERE, LOG_IN_AGAIN, NOT_FOUND, SERVICE_RESTART, TRY_AGAIN_LATER
from ..live.hub import hub
from ..live.reader import BACKLOG_BYTES, Reader
from ..message import broadcasts
from .patches import Patch, PatchEncoder

PULSE_SECONDS = 15
LIFE_SECONDS = 50
# Random, so that streams that began together (after a restart) do not reconnect together.
LIFE_SPREAD_SECONDS = 10
# How long users stay present after their stream has ended, while it is requested again.
LINGER_SECONDS = 3
# Browsers open six connections to a site, and other pages need some of them.
STREAMS_A_PERSON = 4

# The open streams of each user, oldest first.
_open: defaultdict[int, list["Stream"]] = defaultdict(list)
_REASONS = {
    SERVICE_RESTART: "restart",
    LOG_IN_AGAIN: "login",
    NOT_FOUND: "gone",
    ELSEWHERE: "elsewhere",
}


class Stream:
    """Collects the next patches of its response, up to a limit; `reader` is its Reader in the hub.

    `floor` is the position of the first message on the page: changes of older messages are not
    shown, because the messages between would be missing. `nonce` is the CSP nonce of the page, for
    the rules of each patch. `note_read(reader, position)` is called with the newest message that
    the connection has accepted; it is None if the user is not a member.
    """

    def __init__(
        self,
        *,
        floor: int,
        nonce: str,
        language: str,
        room_id: int,
        user: Any,
        session_key: str,
        zone: tzinfo | None = None,
        note_read: Callable[[Reader, int], None] | None = None,
    ) -> None:
        self.reader = Reader(
            encoder=PatchEncoder(language, zone),
            offer=self.take,
            transmit=self._take_late,
            close=self._end,
            room_id=room_id,
            user=user,
            session_key=session_key,
            lingers=True,
        )
        self.floor = floor
        self.nonce = nonce
        self.code: int | None = None  # why it ended
        self._note_read = note_read
        self._backlog: list[str] = []
        self._size = 0
        self._arrived = asyncio.Event()
        self._writer: asyncio.Task | None = None  # the task that writes to the connection
        self._newest = self._taken = 0  # the newest message that waits / in the last chunk

    def take(self, patches: Iterable[Patch]) -> bool:
        """Send `patches` with the next chunk. Close the stream if too much waits."""
        for patch in patches:
            if patch.position is None or patch.position >= self.floor:
                html = self.nonce.join(patch.parts)
                self._backlog.append(html)
                self._size += len(html)
                self._newest = max(self._newest, patch.position or 0)
                self._arrived.set()
        if self._size > BACKLOG_BYTES:
            self.reader.close(TRY_AGAIN_LATER)
        return True

    async def _take_late(self, patches: Iterable[Patch]) -> None:
        self.take(patches)

    async def _end(self, code: int) -> None:
        """End the response; cut it off if the connection does not accept the end."""
        self.code = code
        self._backlog.clear()
        self._arrived.set()
        if self._writer is not None and self.reader.is_stalled(self._writer.get_loop().time()):
            self._writer.cancel()

    @property
    def reason_of_end(self) -> str | None:
        """Return the `reason` for `render_stream_end`."""
        return _REASONS.get(self.code) or (None if self.reader.is_reading else "unread")

    def begin_writing(self) -> None:
        """Record that a chunk is being written to the connection from now on."""
        self._writer = asyncio.current_task()
        self.reader.sending_since = asyncio.get_running_loop().time()

    async def next_chunk(self, until: float) -> str:
        """Wait for the next chunk; return "" at the event loop's time `until`."""
        self._writer = self.reader.sending_since = None
        if not self._backlog and not self.reader.closed:
            with suppress(TimeoutError):
                async with asyncio.timeout_at(until):
                    await self._arrived.wait()
        self._arrived.clear()
        chunk = "".join(self._backlog)
        self._backlog.clear()
        self._size = 0
        self._taken = self._newest
        return chunk

    def note_shown(self) -> None:
        """Mark the messages of the last chunk, which the connection has accepted, as read."""
        if self._taken and self._note_read is not None:
            self._note_read(self.reader, self._taken)
        self._newest = self._taken = 0


async def chunks_of(
    stream: Stream, cursor: int, opening: str, pulses: Iterator[str]
) -> AsyncIterator[str]:
    """Yield the response of `stream`: `opening`, its page up to revision `cursor`, then changes.

    `pulses` is an iterator of keep-alive chunks: the page shows an alert if none arrives for a
    while.
    """
    yield opening
    del opening  # free the memory: it can be long, and the stream lasts
    loop = asyncio.get_running_loop()
    ends_at = loop.time() + LIFE_SECONDS - random.uniform(0, LIFE_SPREAD_SECONDS)
    pulse_at = loop.time() + PULSE_SECONDS
    reader = stream.reader
    _make_way(reader.user_id)
    _open[reader.user_id].append(stream)
    try:
        await hub.join(reader)
        await hub.catch_up(reader, cursor)
        while not reader.closed and loop.time() < ends_at:
            chunk = await stream.next_chunk(min(pulse_at, ends_at))
            if loop.time() >= pulse_at:
                chunk += next(pulses)
                pulse_at += PULSE_SECONDS
            if chunk:
                stream.begin_writing()
                yield chunk
                stream.note_shown()
        stream.begin_writing()
        yield broadcasts.render_stream_end(reader.language, stream.reason_of_end)
        reader.close(TRY_AGAIN_LATER)
    finally:
        _forget(stream)
        if stream.code == TRY_AGAIN_LATER:
            loop.call_later(LINGER_SECONDS, hub.leave, reader)
        else:
            hub.leave(reader)


def _make_way(user_id: int) -> None:
    """End the oldest streams of a user who has too many."""
    streams = [stream for stream in _open.get(user_id, ()) if not stream.reader.closed]
    for stream in streams[: len(streams) + 1 - STREAMS_A_PERSON]:
        stream.reader.close(ELSEWHERE)


def _forget(stream: Stream) -> None:
    streams = _open[stream.reader.user_id]
    streams.remove(stream)
    if not streams:
        del _open[stream.reader.user_id]


def end_with_server() -> None:
    """End the streams cleanly as soon as the server is asked to stop.

    Otherwise the server waits for them and then cuts them off, and browsers do not reconnect to a
    response that was cut. Call this in the server's event loop, after the server has installed its
    signal handlers.
    """
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        handle = signal.getsignal(number)
        if callable(handle):
            signal.signal(number, partial(_end_all, loop, handle))


def _end_all(loop: asyncio.AbstractEventLoop, handle: Callable[..., Any], *arguments: Any) -> None:
    loop.call_soon_threadsafe(hub.end_streams)
    handle(*arguments)
