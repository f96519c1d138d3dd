"""One open page of one person: a socket or an HTML stream, fed alike."""

import asyncio
import logging
import secrets
from collections import deque
from typing import NamedTuple

logger = logging.getLogger(__name__)

# What may wait for one reader before it is closed, to come back and catch up.
BACKLOG_BYTES = 256 * 1024
STALLED_SECONDS = 30

# Close codes: RFC 6455, 7.4, and the private range for what is final (htmx does not retry these).
TRY_AGAIN_LATER = 1013
LOG_IN_AGAIN = 4401
FORBIDDEN = 4403
NOT_FOUND = 4404
TOO_FAR_BEHIND = 4413  # the page reloads
TOO_MANY = 4429


class Audience(NamedTuple):
    """Who is sent the same: readers of one language, by sockets or by HTML streams."""

    language: str
    is_stream: bool


class Reader:
    """Sends to one connection without ever waiting for it.

    `transmit(html)` is a coroutine function that writes one push and waits while the connection
    is full; `close(code)` one that ends it. A send is started eagerly: it costs nothing when the
    connection takes it at once, and delays nobody else when it does not. `offer(html)`, where the
    server has such a function, writes a push at once or returns False.
    """

    __slots__ = (
        "_backlog",
        "_close",
        "_offer",
        "_sending",
        "_size",
        "_transmit",
        "audience",
        "auth_hash",
        "catching_up",
        "check",
        "checked",
        "closed",
        "connection_id",
        "cursor",
        "room_id",
        "session_key",
        "since",
        "user_id",
        "watching",
    )

    is_stream = False

    def __init__(self, *, transmit, close, room_id, user, session_key, language, offer=None):
        self._transmit = transmit
        self._offer = offer
        self._close = close
        self._sending = None
        self._backlog = deque()
        self._size = 0
        self.room_id = room_id
        self.user_id = user.pk
        self.auth_hash = user.get_session_auth_hash()
        self.session_key = session_key
        self.audience = Audience(language, self.is_stream)
        self.connection_id = secrets.token_hex(16)
        self.cursor = None  # the revision it has seen, when it is not live
        self.watching = {}  # the rooms it waits to hear of: see `Hub.watch`
        self.catching_up = False
        self.check = None  # the task that asks whether it may read on
        self.checked = None  # the access revisions up to which it was found that it may
        self.closed = False
        self.since = 0.0

    @property
    def language(self):
        return self.audience.language

    def push(self, html):
        """Send `html` now, or as soon as the connection takes it; too much waiting closes it."""
        if self._sending is None:
            if self.closed or (self._offer is not None and self._offer(html)):
                return
            self._start(self._send(html))
        elif not self.closed:
            self._backlog.append(html)
            self._size += len(html)
            if self._size > BACKLOG_BYTES:
                self.close(TRY_AGAIN_LATER)

    async def send(self, html):
        """Send `html` and wait until the connection has taken it: for catching up, in order."""
        await self._sent()
        if not self.closed:
            self._start(self._send(html))
            await self._sent()

    async def _sent(self):
        while self._sending is not None:
            await asyncio.wait([self._sending])

    async def access_checked(self):
        """Wait until it is known whether this person may read on."""
        while self.check is not None and not self.closed:
            await asyncio.wait([self.check])

    def close(self, code):
        """End the connection; nothing is sent after this."""
        if not self.closed:
            self.closed = True
            self._backlog.clear()
            asyncio.Task(self._end(code), eager_start=True, loop=asyncio.get_running_loop())

    def is_stalled(self, now):
        """Say whether one send has been waiting longer than a connection may."""
        return self._sending is not None and now - self.since > STALLED_SECONDS

    def _start(self, send):
        loop = asyncio.get_running_loop()
        task = asyncio.Task(send, eager_start=True, loop=loop)
        if not task.done():
            self._sending = task
            self.since = loop.time()

    async def _send(self, html):
        try:
            if not self.closed:
                await self._transmit(html)
            while self._backlog:
                html = "".join(self._backlog)
                self._backlog.clear()
                self._size = 0
                await self._transmit(html)
                self.since = asyncio.get_running_loop().time()  # slow is not stalled
        except Exception as error:  # the connection is gone; its consumer cleans up
            self.closed = True
            logger.debug("A reader went away during a send: %r", error)
        finally:
            self._sending = None

    async def _end(self, code):
        try:
            await self._close(code)
        except Exception as error:
            logger.debug("A reader was gone before it was closed: %r", error)
