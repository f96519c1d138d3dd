"""The log as an HTML response that never ends, for browsers without JavaScript.

A stream is one more reader of the hub. What it has sent cannot be taken back, so a change is a
further copy (see `copies`). It ends by itself before platforms cut it and has the browser ask for
it again (meta refresh; it fires when a response has ended), from the newest messages: so the page
stays small, however long it is looked at.
"""

import asyncio
import itertools
import random
import signal
from contextlib import suppress
from functools import partial

from ..live.hub import hub
from ..live.reader import (
    BACKLOG_BYTES,
    LOG_IN_AGAIN,
    NOT_FOUND,
    STALLED_SECONDS,
    TRY_AGAIN_LATER,
    Reader,
)
from ..live.stream_patches import NONCE
from ..message import broadcasts

PULSE_SECONDS = 15
LIFE_SECONDS = 50
# Lives differ, so that those who began together (after a restart) do not come back together.
LIFE_SPREAD_SECONDS = 10
# How long a person counts as present after their stream has ended: while it is asked for again.
LINGER_SECONDS = 3
# A browser keeps six connections to a site: the pages beside the streams need some of them.
STREAMS_A_PERSON = 4

SERVICE_RESTART = 1012
ELSEWHERE = 4409  # ours: a newer stream has taken the place of this one

_numbers = itertools.count(1)
_REASONS = {
    SERVICE_RESTART: "restart",
    LOG_IN_AGAIN: "login",
    NOT_FOUND: "gone",
    ELSEWHERE: "elsewhere",
}


class Stream(Reader):
    """Gathers what its response is to send next, within bounds.

    `floor` is the position of the first message that the page shows: a change of an older one must
    not come in, for it would hide the hole before it. `nonce` is the page's own, for the rules
    that come with each copy. `note_read(stream, position)` is called with the newest message that
    the connection has taken; without it (its person is no member), nobody is.
    """

    __slots__ = (
        "_arrived",
        "_newest",
        "_note_read",
        "_taken",
        "_writer",
        "code",
        "floor",
        "nonce",
        "number",
    )

    is_stream = True

    def __init__(self, *, floor, nonce, note_read=None, **person):
        super().__init__(transmit=None, close=None, **person)
        self.floor = floor
        self._note_read = note_read
        self.nonce = nonce
        self.number = next(_numbers)  # the older, the lower
        self.code = None  # why it ended
        self._arrived = asyncio.Event()
        self._writer = None  # the task that is writing to the connection now
        self._newest = self._taken = 0  # the newest message that waits, or is in the last chunk

    def push(self, copies):
        """Have `copies` sent next; too much waiting closes the stream."""
        if self.closed:
            return
        for copy in copies:
            if copy.position is None or copy.position >= self.floor:
                html = copy.html.replace(NONCE, self.nonce)
                self._backlog.append(html)
                self._size += len(html)
                self._newest = max(self._newest, copy.position or 0)
                self._arrived.set()
        if self._size > BACKLOG_BYTES:
            self.close(TRY_AGAIN_LATER)

    async def send(self, copies):
        self.push(copies)

    def close(self, code):
        """End the response; one that its connection does not take is cut off."""
        if not self.closed:
            self.closed = True
            self.code = code
            self._backlog.clear()
            self._arrived.set()
            if self._writer is not None and self.is_stalled(self._writer.get_loop().time()):
                self._writer.cancel()

    def is_stalled(self, now):
        return self._writer is not None and now - self.since > STALLED_SECONDS

    def begin_writing(self):
        """Note that a chunk is on its way to the connection, since now."""
        self._writer = asyncio.current_task()
        self.since = asyncio.get_running_loop().time()

    async def next_chunk(self, until):
        """Wait for what there is to send; "" where nothing came `until` the loop's time."""
        self._writer = None
        if not self._backlog and not self.closed:
            with suppress(TimeoutError):
                async with asyncio.timeout_at(until):
                    await self._arrived.wait()
        self._arrived.clear()
        chunk = "".join(self._backlog)
        self._backlog.clear()
        self._size = 0
        self._taken = self._newest
        return chunk

    def note_shown(self):
        """Note that the connection has taken the last chunk: what is in it has been read."""
        if self._taken and self._note_read is not None:
            self._note_read(self, self._taken)
        self._newest = self._taken = 0


async def chunks_of(stream, cursor, opening, pulses):
    """Yield the response of `stream`: `opening`, its page up to revision `cursor`, then what comes.

    `pulses` is an iterator of what says that the stream is alive: its page shows an alert if
    none came for a while.
    """
    yield opening
    del opening  # it may be long, and the stream lasts
    loop = asyncio.get_running_loop()
    ends_at = loop.time() + LIFE_SECONDS - random.uniform(0, LIFE_SPREAD_SECONDS)
    pulse_at = loop.time() + PULSE_SECONDS
    _make_way(stream.user_id)
    try:
        await hub.join(stream, {})
        await hub.catch_up(stream, cursor)
        while not stream.closed and loop.time() < ends_at:
            chunk = await stream.next_chunk(min(pulse_at, ends_at))
            if loop.time() >= pulse_at:
                chunk += next(pulses)
                pulse_at += PULSE_SECONDS
            if chunk:
                stream.begin_writing()
                yield chunk
                stream.note_shown()
        stream.begin_writing()
        yield broadcasts.render_stream_end(stream.language, _REASONS.get(stream.code))
        stream.close(TRY_AGAIN_LATER)
    finally:
        if stream.code == TRY_AGAIN_LATER:
            loop.call_later(LINGER_SECONDS, hub.leave, stream)
        else:
            hub.leave(stream)


def _make_way(user_id):
    """End the oldest streams of a person who has too many."""
    streams = sorted(_open_streams(hub.registry.readers_of([user_id])), key=lambda s: s.number)
    for stream in streams[: len(streams) + 1 - STREAMS_A_PERSON]:
        stream.close(ELSEWHERE)


def _open_streams(readers):
    return [reader for reader in readers if reader.is_stream and not reader.closed]


def end_with_server():
    """Have the streams end properly as soon as the server is asked to end.

    Otherwise it waits for them, then cuts them; and a browser does not come back by itself to what
    was cut. Called in the server's event loop, when its own signal handlers are there already.
    """
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        handle = signal.getsignal(number)
        if callable(handle):
            signal.signal(number, partial(_end_all, loop, handle))


def _end_all(loop, handle, *arguments):
    for readers in list(hub.registry.readers.values()):
        for stream in _open_streams(readers):
            loop.call_soon_threadsafe(stream.close, SERVICE_RESTART)
    handle(*arguments)
