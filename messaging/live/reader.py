"""One connection: of an open page (a socket or an HTML stream), or of a program."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from . import TRY_AGAIN_LATER
from .encoders import Encoder, Push

logger = logging.getLogger(__name__)

# Limits of what may wait for one reader. Beyond them it is closed, to reconnect and catch up.
BACKLOG_BYTES = 256 * 1024
STALLED_SECONDS = 30


class Reader:
    """Sends to one connection and never blocks the caller.

    `transmit(html)` is a coroutine function that writes one push and waits while the connection
    is full; `close(code)` is one that ends it. A send is started eagerly: it is cheap if the
    connection accepts it immediately, and delays nobody else if not. `offer(html)`, if the server
    has such a function, writes a push immediately or returns False. A reader that `lingers` is
    present until its owner calls `Hub.leave`, even after it is closed.
    """

    __slots__ = (
        "_backlog",
        "_close",
        "_offer",
        "_sending",
        "_size",
        "_transmit",
        "auth_hash",
        "catching_up",
        "check",
        "checked",
        "closed",
        "connection_id",
        "cursor",
        "encoder",
        "is_reading",
        "lingers",
        "room_id",
        "sending_since",
        "session_key",
        "token_id",
        "user_id",
    )

    def __init__(
        self,
        *,
        encoder: Encoder,
        transmit: Callable[[Push], Awaitable[None]],
        close: Callable[[int], Awaitable[None]],
        room_id: int,
        user: Any,
        session_key: str,
        offer: Callable[[Push], bool] | None = None,
        lingers: bool = False,
        token_id: int | None = None,
    ) -> None:
        self._transmit = transmit
        self._offer = offer
        self._close = close
        self._sending: asyncio.Task | None = None
        self._backlog: list[Push] = []
        self._size = 0
        self.room_id = room_id
        self.user_id = user.pk
        self.auth_hash = user.get_session_auth_hash()
        self.session_key = session_key
        self.token_id = token_id  # of a program's access token, which it has instead of a session
        self.encoder = encoder  # readers with equal encoders get the same pushes
        self.lingers = lingers
        self.connection_id = secrets.token_hex(16)
        self.cursor: int | None = None  # the last revision that it has, if it is not live
        self.is_reading = True  # what its page shows counts as read by its user
        self.catching_up = False
        self.check: asyncio.Task | None = None  # the task that checks its access
        self.checked: Any = None  # the access revisions up to which it was checked
        self.closed = False
        self.sending_since: float | None = None  # when the running send began, if there is one

    @property
    def language(self) -> str:
        return self.encoder.language

    def push(self, html: Push) -> None:
        """Send `html` as soon as the connection accepts it. Close the reader if too much waits.

        Never raise: the caller has other readers to push to.
        """
        if self._sending is None:
            try:
                if self.closed or (self._offer is not None and self._offer(html)):
                    return
            except Exception as error:
                return self._note_lost(error)
            self._start(self._send(html))
        elif not self.closed:
            self._backlog.append(html)
            self._size += len(html)
            if self._size > BACKLOG_BYTES:
                self.close(TRY_AGAIN_LATER)

    async def send(self, html: Push) -> None:
        """Send `html` and wait until the connection has accepted it. Used to catch up in order."""
        await self._sent()
        if not self.closed:
            self._start(self._send(html))
            await self._sent()

    async def _sent(self) -> None:
        while self._sending is not None:
            await asyncio.wait([self._sending])

    async def access_checked(self) -> None:
        """Wait until the running access check of this reader is finished."""
        while self.check is not None and not self.closed:
            await asyncio.wait([self.check])

    def close(self, code: int) -> None:
        """Close the connection. Nothing is sent after this."""
        if not self.closed:
            self.closed = True
            self._backlog.clear()
            asyncio.Task(self._end(code), eager_start=True, loop=asyncio.get_running_loop())

    def is_stalled(self, now: float) -> bool:
        """Return True if one send has been waiting for too long."""
        return self.sending_since is not None and now - self.sending_since > STALLED_SECONDS

    def _start(self, send: Coroutine[Any, Any, None]) -> None:
        loop = asyncio.get_running_loop()
        task = asyncio.Task(send, eager_start=True, loop=loop)
        if not task.done():
            self._sending = task
            self.sending_since = loop.time()

    async def _send(self, html: Push) -> None:
        try:
            if not self.closed:
                await self._transmit(html)
            while self._backlog:
                html = "".join(self._backlog)
                self._backlog.clear()
                self._size = 0
                await self._transmit(html)
                self.sending_since = asyncio.get_running_loop().time()  # slow is not stalled
        except Exception as error:
            self._note_lost(error)
        finally:
            self._sending = self.sending_since = None

    def _note_lost(self, error: Exception) -> None:
        """Send nothing more: the connection is gone, and its consumer cleans up."""
        self.closed = True
        logger.debug(
            "A connection closed during a send: %r", error, extra={"event": "reader.send_failed"}
        )

    async def _end(self, code: int) -> None:
        try:
            await self._close(code)
        except Exception as error:
            logger.debug(
                "Could not close a connection: %r", error, extra={"event": "reader.close_failed"}
            )
