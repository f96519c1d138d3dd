"""The client of a response that lasts."""

import asyncio

from .lasting import Receive, Send


class Client:
    """Writes to the client, and waits until it has gone or there is something to do for it.

    One task does both: `wake` ends the wait of `receive` by its timeout. A second task that
    listens for the end would cost 3 KiB a stream.
    """

    __slots__ = ("_is_awake", "_receive", "_send", "_timeout")

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._timeout: asyncio.Timeout | None = None  # of the running wait
        self._is_awake = False

    async def wait(self, until: float) -> bool:
        """Wait for `wake`, or until the event loop's time `until`; return True if it has gone."""
        if not self._is_awake:
            try:
                async with asyncio.timeout_at(until) as self._timeout:
                    await self._receive()  # nothing else can come than its end
                    return True
            except TimeoutError:
                pass
            finally:
                self._timeout = None
        self._is_awake = False
        return False

    def wake(self) -> None:
        """End the running wait, or the next."""
        self._is_awake = True
        if self._timeout is not None and not self._timeout.expired():
            self._timeout.reschedule(0)

    async def write(self, text: str, *, is_last: bool = False) -> None:
        """Write a part of the body, and wait while the connection is full."""
        body = {"type": "http.response.body", "body": text.encode(), "more_body": not is_last}
        await self._send(body)
