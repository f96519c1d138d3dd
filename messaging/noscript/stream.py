"""The message log as a long-running HTML response, for browsers without JavaScript.

A stream is a reader of the hub, and writes to its connection like a socket (see `Reader`). HTML
cannot be changed after it is sent, so a change is sent as a new copy (see `patches`). A stream ends
itself before platforms cut it off, and a meta refresh, which fires at the end of the response,
makes the browser request it again from the newest messages. So the page stays small, however long
it is open.
"""

import asyncio
import random
import signal
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import suppress
from datetime import tzinfo
from functools import partial
from itertools import cycle
from typing import Any

from django.template.loader import render_to_string

from ..live import ELSEWHERE, LOG_IN_AGAIN, NOT_FOUND, SERVICE_RESTART, TRY_AGAIN_LATER
from ..live.hub import hub
from ..live.reader import STALLED_SECONDS, Reader
from ..live.responses.client import Client
from ..live.responses.lasting import Receive, Send
from ..message import broadcasts
from .patches import PatchEncoder, Patches

PULSE_SECONDS = 15
LIFE_SECONDS = 50
# Streams that began together (after a restart) end one after the other within this time: a hundred
# pages at once held everybody's messages up for seconds.
LIFE_SPREAD_SECONDS = 20
# How long users stay present after their stream has ended, while it is requested again.
LINGER_SECONDS = 3
# Browsers open six connections to a site, and other pages need some of them.
STREAMS_A_PERSON = 4

# {second on the event loop's clock: how many streams end in it}
_ending: Counter[int] = Counter()
# The open streams of each user, oldest first.
_open: defaultdict[int, list["Stream"]] = defaultdict(list)
_REASONS = {
    SERVICE_RESTART: "restart",
    LOG_IN_AGAIN: "login",
    NOT_FOUND: "gone",
    ELSEWHERE: "elsewhere",
}


class Stream(Reader):
    """The reader of one response: its page up to revision `cursor`, then changes.

    `floor` is the position of the first message on the page: changes of older messages are not
    shown, because the messages between would be missing. `nonce` is the CSP nonce of the page, for
    the pulses. `offer(html)` writes a chunk immediately, if the server has such a function (see
    `Reader`). `note_read(stream)` is called when the connection has accepted a newer message, whose
    position is `accepted`; it is None if the user is not a member.
    """

    __slots__ = (
        "_client",
        "_floor",
        "_is_cut",
        "_newest",
        "_nonce",
        "_note_read",
        "_write_now",
        "accepted",
        "code",
    )

    def __init__(
        self,
        *,
        cursor: int,
        floor: int,
        nonce: str,
        language: str,
        zone: tzinfo | None = None,
        offer: Callable[[str], bool] | None = None,
        note_read: Callable[["Stream"], None] | None = None,
        **person: Any,
    ) -> None:
        super().__init__(
            encoder=PatchEncoder(language, zone),
            offer=self._offer_now if offer else None,
            transmit=self._write,
            close=self._end,
            lingers=True,
            **person,
        )
        self.cursor = cursor
        self.accepted = 0
        self.code: int | None = None  # why it ended
        self._floor = floor
        self._nonce = nonce
        self._write_now = offer
        self._note_read = note_read
        self._newest = 0  # the newest message that was pushed
        self._client: Client | None = None
        self._is_cut = False  # its connection did not accept anything for too long

    # Called by the hub

    def push(self, patches: Patches) -> None:
        if html := self._shown_of(patches):
            super().push(html)

    async def send(self, patches: Patches) -> None:
        if html := self._shown_of(patches):
            await super().send(html)

    def _shown_of(self, patches: Patches) -> str:
        html = patches.html if patches.lowest >= self._floor else patches.since(self._floor)
        if html and patches.newest > self._newest:
            self._newest = patches.newest
        return html

    # To the connection

    def _offer_now(self, html: str) -> bool:
        if not self._write_now(html):
            return False
        if self._newest > self.accepted:
            self._note_accepted(self._newest)
        return True

    async def _write(self, html: str) -> None:
        newest = self._newest  # in `html`, because what comes during the write is pushed after it
        await self._client.write(html)
        if newest > self.accepted:
            self._note_accepted(newest)

    def _note_accepted(self, position: int) -> None:
        self.accepted = position
        if self._note_read is not None:
            self._note_read(self)

    async def _end(self, code: int) -> None:
        """End the response; cut it off if the connection does not accept the end."""
        self.code = code
        if self._sending and self.is_stalled(asyncio.get_running_loop().time()):
            self._is_cut = True
            self._sending.cancel()
        if self._client is not None:
            self._client.wake()

    # The response

    async def go_on(self, receive: Receive, send: Send) -> None:
        """Send everything after the page, until the stream ends or the client has gone."""
        loop = asyncio.get_running_loop()
        ends_at = _book_end(loop.time())
        self._client = Client(receive, send)
        _make_way(self.user_id)
        _open[self.user_id].append(self)
        try:
            await hub.join(self)
            await hub.catch_up(self, self.cursor)
            if await self._live_until(ends_at):
                self.close(TRY_AGAIN_LATER)
                await self._write_end()
        finally:
            _ending[ends_at] -= 1
            _forget(self)
            if self.code == TRY_AGAIN_LATER:
                loop.call_later(LINGER_SECONDS, hub.leave, self)
            else:
                hub.leave(self)

    async def _live_until(self, ends_at: float) -> bool:
        """Send pulses: the page shows an alert if none arrives for a while.

        Return False if the client has gone.
        """
        loop, beats = asyncio.get_running_loop(), cycle(["even", "odd"])
        pulse_at = loop.time() + PULSE_SECONDS
        while not self.closed and loop.time() < ends_at:
            if await self._client.wait(min(pulse_at, ends_at)):
                return False
            if loop.time() >= pulse_at:
                super().push(self._pulse(next(beats)))
                pulse_at += PULSE_SECONDS
        return True

    def _pulse(self, beat: str) -> str:
        page = {"beat": beat, "csp_nonce": self._nonce}
        return render_to_string("messaging/noscript/live_pulse.html", page)

    async def _write_end(self) -> None:
        if self._is_cut:
            return
        reason = _REASONS.get(self.code) or (None if self.is_reading else "unread")
        with suppress(TimeoutError):
            async with asyncio.timeout(STALLED_SECONDS):
                await self._sent()
                end = broadcasts.render_stream_end(self.language, reason)
                await self._client.write(end, is_last=True)


def _book_end(now: float) -> int:
    """Return when a stream that begins `now` ends: in a second in which as few others do as can."""
    for second in [second for second in _ending if second < now]:
        del _ending[second]
    latest = int(now) + LIFE_SECONDS
    seconds = range(latest - LIFE_SPREAD_SECONDS, latest + 1)
    least = min(_ending[second] for second in seconds)
    booked = random.choice([second for second in seconds if _ending[second] == least])
    _ending[booked] += 1
    return booked


def _make_way(user_id: int) -> None:
    """End the oldest streams of a user who has too many."""
    streams = [stream for stream in _open.get(user_id, ()) if not stream.closed]
    for stream in streams[: max(0, len(streams) + 1 - STREAMS_A_PERSON)]:
        stream.close(ELSEWHERE)


def _forget(stream: Stream) -> None:
    streams = _open[stream.user_id]
    streams.remove(stream)
    if not streams:
        del _open[stream.user_id]


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
