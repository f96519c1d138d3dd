"""Reads request bodies in front of Django, and limits their size, time and number.

Django's handler reads the whole body before routing, CSRF and log-in. This guard counts a body
while it arrives, whatever its Content-Length is, and limits its bytes, the seconds for each chunk
and the seconds in all. It keeps a short body in memory and a longer one in a temporary file, and
calls Django when the body is complete.

A body that is too long is answered at once; the rest is read for a while and dropped. Browsers read
no response before they have sent the body, and show an error if the connection is reset.

Concurrent requests are counted by client address (see `client_address`), so a trusted proxy is
never limited as a whole.
"""

import asyncio
import logging
import tempfile
from collections import OrderedDict
from contextlib import contextmanager

from django.conf import settings
from django.urls import Resolver404, resolve

from core.rate_limits import CONNECTIONS_PER_ADDRESS, network_of

from ..config.logging import request_id
from ..operations.refusal_pages import refusal_of
from .tally import Tally

logger = logging.getLogger(__name__)

CHUNK_SECONDS = 30
BODY_SECONDS = 300
MEMORY_BYTES = 16 * 1024  # of one body; a longer one is in a temporary file
NOWHERE_BYTES = MEMORY_BYTES  # for a URL that does not exist, so that nothing is written to disk

DRAINED_BYTES = 256 * 1024 * 1024
DRAIN_SECONDS = 30

# Bodies that are arriving at the same time, in this process. Above the limit of an address new ones
# are refused. Above the limit of all addresses the oldest is timed out, so that a client that sends
# its body quickly is never refused.
MAX_BODIES_AN_ADDRESS = 100
MAX_BODIES = 500

PIECE = 64 * 1024


class Refused(Exception):
    """The request is refused with HTTP `status`.

    `is_read` is True if reading its body has begun (RFC 9110, 10.1.1).
    """

    def __init__(self, status, is_read=False):
        super().__init__(status)
        self.status = status
        self.is_read = is_read


class RequestGuard:
    """An ASGI application in front of `application`, for HTTP requests."""

    def __init__(self, application):
        self.application = application
        self.requests = Tally(CONNECTIONS_PER_ADDRESS)
        self.bodies = Tally(MAX_BODIES_AN_ADDRESS)
        self.arriving = OrderedDict()  # the asyncio.Timeout of each body, the oldest first

    async def __call__(self, scope, receive, send):
        network = network_of((scope.get("client") or ("unknown",))[0])
        try:
            with entered(self.requests, network, settings.RATE_LIMITS):
                if not has_body(scope):
                    return await self.application(scope, receive, send)
                with tempfile.SpooledTemporaryFile(MEMORY_BYTES) as body:
                    if await self.take(body, network, scope, receive):
                        body.seek(0)
                        await self.application(scope, replay(body, receive), send)
        except Refused as refused:
            await refuse(refused, scope, receive, send)

    async def take(self, body, network, scope, receive):
        """Read a request's body into the file `body`; return False if the client disconnected.

        Raise Refused if it is too long or too slow, or if its address has too many.
        """
        limit = limit_of(scope)
        if declared_length(scope) > limit:
            raise Refused(413)
        with entered(self.bodies, network):
            try:
                return await self.read(body, limit, receive)
            except TimeoutError:
                raise Refused(408, is_read=True) from None

    async def read(self, body, limit, receive):
        loop = asyncio.get_running_loop()
        ends_at = loop.time() + BODY_SECONDS
        async with asyncio.timeout(CHUNK_SECONDS) as timeout:
            with self.counted(timeout):
                more = True
                while more:
                    data, more = await next_chunk(receive)
                    if data is None:
                        return False
                    if body.tell() + len(data) > limit:
                        raise Refused(413, is_read=True)
                    await write(body, data)
                    del data  # free it while waiting for the next chunk
                    if not timeout.expired() and timeout in self.arriving:
                        timeout.reschedule(min(loop.time() + CHUNK_SECONDS, ends_at))
        return True

    @contextmanager
    def counted(self, timeout):
        """Count a body as arriving; if there are too many, time out the oldest."""
        while len(self.arriving) >= MAX_BODIES:
            oldest, _ = self.arriving.popitem(last=False)
            oldest.reschedule(0)
        self.arriving[timeout] = None
        try:
            yield
        finally:
            self.arriving.pop(timeout, None)


@contextmanager
def entered(tally, key, is_limited=True):
    """Count `key` in `tally` during the block; raise Refused (429) if it has too many."""
    if not is_limited:
        yield
    elif tally.enter(key):
        try:
            yield
        finally:
            tally.leave(key)
    else:
        raise Refused(429)


def has_body(scope):
    """Return True if a request's headers announce a body (RFC 9112, 6.3)."""
    return any(
        name == b"transfer-encoding" or (name == b"content-length" and value.strip(b"0"))
        for name, value in scope["headers"]
    )


def declared_length(scope):
    """Return the Content-Length of a request, 0 if there is none."""
    return int(dict(scope["headers"]).get(b"content-length", 0))


def limit_of(scope):
    """Return the maximum bytes of a request body for this URL.

    To accept larger uploads in a view, return more for its URL.
    """
    try:
        resolve(scope["path"])
    except Resolver404:
        return min(NOWHERE_BYTES, settings.MAX_BODY_BYTES)
    return settings.MAX_BODY_BYTES


async def next_chunk(receive):
    """Return the next (bytes, whether there are more) of a body; (None, False) at its end."""
    message = await receive()
    if message["type"] == "http.disconnect":
        return None, False
    return message.get("body", b""), message.get("more_body", False)


async def write(body, data):
    """Append to the file of a body, in a thread if the file may be on disk."""
    if body.tell() + len(data) > MEMORY_BYTES:
        await asyncio.to_thread(body.write, data)
    else:
        body.write(data)


def replay(body, receive):
    """Return an ASGI receive() that returns the file `body`, then the events after it."""
    is_read = False

    async def replayed():
        nonlocal is_read
        if is_read:
            return await receive()
        data = body.read(PIECE)
        is_read = len(data) < PIECE
        return {"type": "http.request", "body": data, "more_body": not is_read}

    return replayed


async def refuse(refused, scope, receive, send):
    """Send the error page, then read and drop the rest of the body."""
    logger.info(
        "Refused a request with %s",
        refused.status,
        extra={"event": "request.refused", "fields": {"status": refused.status}},
    )
    answer = refusal_of(refused.status, scope["headers"])
    headers = [*answer.headers, (b"x-request-id", (request_id.get() or "").encode())]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.content, "more_body": True})
    if refused.status != 408 and (refused.is_read or not expects_continue(scope)):
        await drain(receive)
    await send({"type": "http.response.body"})


def expects_continue(scope):
    """Return True if the client waits for "100 Continue" before its body (RFC 9110, 10.1.1)."""
    return any(
        name == b"expect" and value.lower() == b"100-continue" for name, value in scope["headers"]
    )


async def drain(receive):
    """Read and drop the rest of a body, up to DRAINED_BYTES and DRAIN_SECONDS."""
    drained, more = 0, True
    try:
        async with asyncio.timeout(DRAIN_SECONDS):
            while more and drained < DRAINED_BYTES:
                data, more = await next_chunk(receive)
                drained += len(data or b"")
    except TimeoutError:
        pass
