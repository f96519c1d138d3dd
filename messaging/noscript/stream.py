"""The log as an HTML response that never ends, for browsers without JavaScript.

A stream is one more reader of the hub. What it has sent cannot be taken back, so a change is a
further copy (see `patches`). It ends by itself before platforms cut it and has the browser ask for
it again (meta refresh; it fires when a response has ended), from the newest messages: so the page
stays small, however long it is looked at.
"""

import asyncio
import random
import signal
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any

from ..live import ELSEWHERE, LOG_IN_AGAIN, NOT_FOUND, SERVICE_RESTART, TRY_AGAIN_LATER
from ..live.hub import hub
from ..live.reader import BACKLOG_BYTES, Reader
from ..message import broadcasts
from .patches import Patch, PatchEncoder

PULSE_SECONDS = 15
LIFE_SECONDS = 50
# Lives differ, so that those who began together (after a restart) do not come back together.
LIFE_SPREAD_SECONDS = 10
# How long a person counts as present after their stream has ended: while it is asked for again.
LINGER_SECONDS = 3
# A browser keeps six connections to a site: the pages beside the streams need some of them.
STREAMS_A_PERSON = 4

# The open streams of each user, the oldest first.
_open: defaultdict[int, list["Stream"]] = defaultdict(list)
_REASONS = {
    SERVICE_RESTART: "restart",
    LOG_IN_AGAIN: "login",
    NOT_FOUND: "gone",
    ELSEWHERE: "elsewhere",
}


class Stream:
    """Gathers what its response sends next, within bounds; `reader` is how the hub knows it.

    `floor` is the position of the first message that the page shows: a change of an older one must
    not come in, for it would hide the hole before it. `nonce` is the page's own, for the rules
    that come with each patch. `note_read(reader, position)` is called with the newest message that
    the connection has taken; without it (its user is no member), nothing is.
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
        note_read: Callable[[Reader, int], None] | None = None,
    ) -> None:
        self.reader = Reader(
            encoder=PatchEncoder(language),
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
        self._writer: asyncio.Task | None = None  # the task that is writing to the connection now
        self._newest = self._taken = 0  # the newest message that waits, or is in the last chunk

    def take(self, patches: Iterable[Patch]) -> bool:
        """Send `patches` with the next chunk; too much waiting closes the stream."""
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
        """End the response; one that its connection does not take is cut off."""
        self.code = code
        self._backlog.clear()
        self._arrived.set()
        if self._writer is not None and self.reader.is_stalled(self._writer.get_loop().time()):
            self._writer.cancel()

    def begin_writing(self) -> None:
        """Note that a chunk is on its way to the connection, since now."""
        self._writer = asyncio.current_task()
        self.reader.sending_since = asyncio.get_running_loop().time()

    async def next_chunk(self, until: float) -> str:
        """Wait for what there is to send; "" if nothing came `until` the loop's time."""
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
        """Note that the connection has taken the last chunk: what is in it has been read."""
        if self._taken and self._note_read is not None:
            self._note_read(self.reader, self._taken)
        self._newest = self._taken = 0


async def chunks_of(
    stream: Stream, cursor: int, opening: str, pulses: Iterator[str]
) -> AsyncIterator[str]:
    """Yield the response of `stream`: `opening`, its page up to revision `cursor`, then what comes.

    `pulses` is an iterator of what says that the stream is alive: its page shows an alert if
    none came for a while.
    """
    yield opening
    del opening  # it may be long, and the stream lasts
    loop = asyncio.get_running_loop()
    ends_at = loop.time() + LIFE_SECONDS - random.uniform(0, LIFE_SPREAD_SECONDS)
    pulse_at = loop.time() + PULSE_SECONDS
    reader = stream.reader
    _make_way(reader.user_id)
    _open[reader.user_id].append(stream)
    try:
        await hub.join(reader, {})
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
        yield broadcasts.render_stream_end(reader.language, _REASONS.get(stream.code))
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
    """Make the streams end properly as soon as the server is asked to end.

    Otherwise it waits for them, then cuts them; and a browser does not come back by itself to what
    was cut. Called in the server's event loop, when its own signal handlers are there already.
    """
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        handle = signal.getsignal(number)
        if callable(handle):
            signal.signal(number, partial(_end_all, loop, handle))


def _end_all(loop: asyncio.AbstractEventLoop, handle: Callable[..., Any], *arguments: Any) -> None:
    for streams in list(_open.values()):
        for stream in list(streams):
            loop.call_soon_threadsafe(stream.reader.close, SERVICE_RESTART)
    handle(*arguments)
