"""Reads request bodies in front of Django, and limits their size, time and number.

Django's handler reads the whole body before routing, CSRF and log-in. This guard counts a body
while it arrives, whatever its Content-Length is, and limits its bytes, the seconds for each chunk
and the seconds in all. It keeps a short body in memory and a longer one in a temporary file, and
calls Django when the body is complete. Who is logged in may send files: see `uploads`.

A body that is too long is answered at once; the rest is read for a while and dropped. Browsers read
no response before they have sent the body, and show an error if the connection is reset.

Concurrent requests are counted by client address (see `client_address`), so a trusted proxy is
never limited as a whole.
"""

import asyncio
import logging
import tempfile
from collections import OrderedDict
from contextlib import ExitStack, contextmanager, suppress

from django.conf import settings
from django.urls import Resolver404

from core.rate_limits import CONNECTIONS_PER_ADDRESS, network_of

from ..config.logging import request_id
from ..operations.addresses import resolve_address
from ..operations.problems import is_for_programs
from ..operations.refusal_pages import refusal_of
from .incoming import MEMORY_BYTES, Incoming, Refused, Replay, declared_length, with_length, write
from .tally import Tally
from .uploads import FORM_BYTES, OF_MEMBERS, UPLOAD_SECONDS, Uploads, most_bytes, takes_files
from .without_files import BEGINNING_BYTES, form_without_files

logger = logging.getLogger(__name__)

CHUNK_SECONDS = 30
BODY_SECONDS = 300
WEBHOOK_BYTES = 64 * 1024  # to an incoming webhook, by whoever knows or guesses its address
NOWHERE_BYTES = MEMORY_BYTES  # for a URL that does not exist, so that nothing is written to disk

DRAINED_BYTES = 256 * 1024 * 1024
DRAIN_SECONDS = 30
# Of files by somebody who is logged in, over a slow line.
UPLOAD_DRAINED_BYTES = 2 * 1024 * 1024 * 1024
UPLOAD_DRAIN_SECONDS = 300

# Bodies that are arriving at the same time, in this process. Above the limit of an address new ones
# are refused. Above the limit of all addresses the oldest is timed out, so that a client that sends
# its body quickly is never refused. Uploads are not among them.
MAX_BODIES_AN_ADDRESS = 100
MAX_BODIES = 500


class RequestGuard:
    """An ASGI application in front of `application`, for HTTP requests."""

    def __init__(self, application):
        self.application = application
        self.requests = Tally(CONNECTIONS_PER_ADDRESS)
        self.bodies = Tally(MAX_BODIES_AN_ADDRESS)
        self.uploads = Uploads()
        self.arriving = OrderedDict()  # the asyncio.Timeout of each body, the oldest first

    async def __call__(self, scope, receive, send):
        network = network_of((scope.get("client") or ("unknown",))[0])
        incoming = Incoming(receive)
        try:
            with entered(self.requests, network, settings.RATE_LIMITS):
                if not has_body(scope):
                    return await self.application(scope, receive, send)
                with tempfile.SpooledTemporaryFile(MEMORY_BYTES) as body, ExitStack() as upload:
                    try:
                        is_taken = await self.take(body, network, scope, incoming, upload)
                    except Refused as refused:
                        is_taken = await keep_text(refused, body, scope, incoming)
                    if is_taken:
                        scope = with_length(scope, body.tell())
                        body.seek(0)
                        await self.application(scope, Replay(body, receive), send)
        except Refused as refused:
            await refuse(refused, scope, incoming, send)

    async def take(self, body, network, scope, incoming, upload):
        """Read a request's body into the file `body`; return False if the client disconnected.

        An upload is counted until the ExitStack `upload` is closed. Raise Refused if the body is
        too long or too slow, or if its sender has too many.
        """
        allowance = Allowance(scope, self.uploads, upload)
        with entered(self.bodies, network):
            try:
                return await self.read(body, allowance, incoming)
            except TimeoutError:
                raise Refused(408) from None

    async def read(self, body, allowance, incoming):
        loop = asyncio.get_running_loop()
        begun_at = loop.time()
        async with asyncio.timeout(CHUNK_SECONDS) as timeout:
            with self.counted(timeout):
                await allowance.require(allowance.declared)
                while not incoming.is_over:
                    data = await incoming.next()
                    if data is None:
                        return False
                    await allowance.require(body.tell() + len(data))
                    await write(body, data)
                    del data  # free it while waiting for the next chunk
                    if allowance.is_upload:
                        self.arriving.pop(timeout, None)
                    elif timeout not in self.arriving:
                        continue  # it gives way to others
                    if not timeout.expired():
                        ends_at = begun_at + allowance.seconds
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


class Allowance:
    """The maximum bytes and seconds of a body. They grow if it turns out to be an upload."""

    def __init__(self, scope, uploads, stack):
        self._scope, self._uploads, self._stack = scope, uploads, stack
        self._view_name = view_name_of(scope)
        self.declared = declared_length(scope)
        self.bytes, self.seconds = limit_of(self._view_name), BODY_SECONDS
        if takes_files(scope, self._view_name):  # more needs a session
            self.bytes = min(self.bytes, FORM_BYTES)
        self.is_upload = False
        self._is_strange = is_for_programs(scope["path"])  # more needs an access token
        self._known_bytes = min(self.bytes, FORM_BYTES)
        if self._is_strange:
            self.bytes = MEMORY_BYTES

    async def require(self, size):
        """Raise Refused if the body may not have `size` bytes."""
        if size <= self.bytes:
            return
        if self._is_strange:
            await self._uploads.sender_of(self._scope)
            self._is_strange, self.bytes = False, self._known_bytes
            return await self.require(size)
        if not takes_files(self._scope, self._view_name):
            raise Refused(413)
        if not self.is_upload:
            await self._uploads.admit(self._scope, self._stack)
            self.is_upload = True
            self.bytes, self.seconds = most_bytes(), UPLOAD_SECONDS
        if size > self.bytes:
            raise Refused(413, "files")


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


def view_name_of(scope):
    """Return the name of the URL of a request, "" if it has none; None if it does not exist."""
    try:
        return resolve_address(scope["path"]).view_name or ""
    except Resolver404:
        return None


def limit_of(view_name):
    """Return the maximum bytes of a request body for this URL, if it has no files."""
    if view_name == "messaging:incoming_webhook":
        return min(WEBHOOK_BYTES, settings.MAX_BODY_BYTES)
    if view_name is None:
        return min(NOWHERE_BYTES, settings.MAX_BODY_BYTES)
    return settings.MAX_BODY_BYTES


async def keep_text(refused, body, scope, incoming):
    """Replace a refused upload in the file `body` by its text, for its page to show it again.

    Return True; raise `refused` if there is no text, or if the rest of the upload does not end.
    """
    is_sent = incoming.is_begun or not expects_continue(scope)
    if refused.reason not in OF_MEMBERS or not is_sent or is_for_programs(scope["path"]):
        raise refused
    body.seek(0)
    beginning = body.read(BEGINNING_BYTES)
    with suppress(TimeoutError):
        async with asyncio.timeout(CHUNK_SECONDS):
            while len(beginning) < BEGINNING_BYTES and not incoming.is_over:
                beginning += await incoming.next() or b""
    form = form_without_files(beginning, scope, refused.reason)
    await incoming.drain(UPLOAD_DRAINED_BYTES, UPLOAD_DRAIN_SECONDS)
    if form is None or not incoming.is_over:
        raise refused
    log(refused)
    body.seek(0)
    body.truncate()
    body.write(form)
    return True


async def refuse(refused, scope, incoming, send):
    """Send the error page, then read and drop the rest of the body."""
    log(refused)
    answer = refusal_of(refused.status, scope["headers"], scope["path"], refused.reason)
    headers = [*answer.headers, (b"x-request-id", (request_id.get() or "").encode())]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.content, "more_body": True})
    is_sent = incoming.is_begun or not expects_continue(scope)
    if refused.status != 408 and is_sent and not incoming.is_drained:
        await incoming.drain(DRAINED_BYTES, DRAIN_SECONDS)
    await send({"type": "http.response.body"})


def log(refused):
    logger.info(
        "Refused a request with %s",
        refused.status,
        extra={
            "event": "request.refused",
            "fields": {"status": refused.status, "reason": refused.reason},
        },
    )


def expects_continue(scope):
    """Return True if the client waits for "100 Continue" before its body (RFC 9110, 10.1.1)."""
    return any(
        name == b"expect" and value.lower() == b"100-continue" for name, value in scope["headers"]
    )
