"""The response of a view whose body goes on after Django has handled the request."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from django.http import StreamingHttpResponse

type Receive = Callable[[], Awaitable[Any]]
type Send = Callable[[Any], Awaitable[None]]


class LastingResponse(StreamingHttpResponse):
    """`opening`, then what the coroutine function `go_on(receive, send)` sends.

    `receive` and `send` are ASGI's, for the rest of this request. `go_on` sends the last message of
    the body, unless the client has gone. If it never gets that far, it is not called.
    """

    def __init__(
        self, opening: str, go_on: Callable[[Receive, Send], Awaitable[None]], **options: Any
    ) -> None:
        super().__init__(_once(opening), **options)
        self.go_on = go_on
        # Proxies must pass on each chunk immediately.
        self["X-Accel-Buffering"] = "no"
        self["Cache-Control"] = "no-store, no-transform"


async def _once(opening: str) -> AsyncIterator[str]:
    yield opening
