"""The ASGI application: static files in front of Django, and the sockets of rooms."""

import logging
import re
import sys
import time
from asyncio import CancelledError, get_running_loop
from contextlib import suppress

from django.conf import settings
from django.core import checks
from django.core.exceptions import BadRequest
from django.core.handlers.asgi import ASGIHandler
from django.db import DatabaseError

from core.threads import broadcasts_started, in_database, in_page
from messaging.acts import ACTS
from messaging.live.consumers import RoomConsumer
from messaging.live.hub import hub
from messaging.live.post_queue import post_queue
from messaging.live.responses.lasting import LastingResponse
from messaging.noscript.stream import end_with_server

from ..config import logging as config_logging
from ..config.origins import is_from_own_page
from ..operations import health, isolation, metrics
from ..operations.refusal_pages import unreadable
from .client_address import client_of
from .content_coding import without_refused
from .incoming import Replay
from .processes import ProcessRunner
from .request_guard import RequestGuard
from .static_files import serve_static

logger = logging.getLogger(__name__)

ROOM = re.compile(r"/ws/rooms/(?P<slug>[-\w]{1,80})/")


class Pages(ASGIHandler):
    """Django's handler, with one thread hop per request for all middleware, not two for each."""

    def load_middleware(self, is_async=False):
        super().load_middleware(is_async=False)

    async def read_body(self, receive):
        return (
            receive.take_file() if isinstance(receive, Replay) else await super().read_body(receive)
        )

    def create_request(self, scope, body_file):
        try:
            return self.request_class(scope, body_file), None
        except (BadRequest, LookupError, ValueError):  # a bad Content-Type or query string
            return None, unreadable(scope)

    async def __call__(self, scope, receive, send):
        # Skip the handler's own ThreadSensitiveContext: it holds a thread for each request, and a
        # stream is a long request. Code that needs a thread uses those of `in_page`.
        send = Sender(send)
        await self.handle(scope, receive, send)
        if send.go_on is not None:
            go_on, send = send.go_on, send.send
            await go_on(receive, send)

    async def send_response(self, response, send):
        if not isinstance(response, LastingResponse):
            return await super().send_response(response, send)
        await super().send_response(response, send.all_but_the_last)
        send.go_on = response.go_on

    async def get_response_async(self, request):
        begun = time.perf_counter()
        response = await in_page(self.get_response)(request)
        config_logging.end_request(request, response, time.perf_counter() - begun)
        return response


class Sender:
    """ASGI's `send`, and how the response goes on when Django has handled the request."""

    __slots__ = ("go_on", "send")

    def __init__(self, send):
        self.send = send
        self.go_on = None  # of a LastingResponse

    async def __call__(self, message):
        await self.send(message)

    async def all_but_the_last(self, message):
        """Send a message, unless it is the one that ends the response."""
        if message["type"] == "http.response.start" or message.get("more_body"):
            await self.send(message)


class Application:
    def __init__(self):
        self.pages = Pages()
        self.guarded = RequestGuard(self.answer)
        self.runner = ProcessRunner()

    async def __call__(self, scope, receive, send):
        if scope["type"] != "lifespan":
            scope["client"] = client_of(scope, settings.TRUSTED_PROXIES)
            config_logging.begin_request(scope)
        match scope["type"]:
            case "lifespan":
                await self.live(receive, send)
            case "websocket":
                serve = socket_of(scope)
                del scope  # save memory: it would be kept as long as the socket is open
                await serve(receive, send)
            case "http":
                send = isolation.forbidding(metrics.counting_requests(send))
                scope["headers"] = without_refused(scope["headers"])
                with suppress(CancelledError):  # uvicorn's, for who is still busy after a SIGTERM
                    await self.guarded(scope, receive, send)

    async def answer(self, scope, receive, send):
        """Answer an HTTP request with a static file or a page."""
        is_static = scope["path"].startswith(settings.STATIC_URL)
        if not (is_static and await serve_static(scope, send)):
            await self.pages(scope, receive, send)

    async def live(self, receive, send):
        """Start and stop the hub and the tasks with the server (ASGI's lifespan protocol)."""
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                try:
                    await in_database(check_migrations)()
                except health.Fault as fault:
                    await send({"type": "lifespan.startup.failed", "message": str(fault)})
                    return
                metrics.watch(get_running_loop())
                hub.start()
                end_with_server()
                self.runner.start()
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                await self.runner.stop()
                await post_queue.settled()
                await broadcasts_started()
                await hub.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return


def socket_of(scope):
    """Return the function that serves the socket of a handshake with ASGI's `receive` and `send`.

    An unknown path gets the same answer as a room that the user may not see.
    """
    if not is_from_own_page(scope):
        return refuse_socket
    match = ROOM.fullmatch(scope["path"])
    slug, acts = (match["slug"], ACTS) if match else ("", {})
    return RoomConsumer(scope, slug, acts).run


async def refuse_socket(receive, send):
    """Close a socket before it is accepted: the server answers the handshake with 403."""
    await receive()
    await send({"type": "websocket.close"})


def exit_if_misconfigured():
    """Exit with an error message if a deploy variable is missing or contradicts another."""
    errors = []
    for message in checks.run_checks(tags=["security"]):
        sentence = f"{message.msg} {message.hint or ''}".strip()
        if message.is_serious():
            errors.append(sentence)
        else:
            logger.warning(
                sentence, extra={"event": "settings.warning", "fields": {"check": message.id}}
            )
    if errors:
        sys.exit("\n".join(errors))


def check_migrations():
    """Raise Fault if the database and the code are not of the same release.

    A database that does not answer must not stop the start: it may come back, and until then
    /healthz reports it.
    """
    try:
        health.try_migrations()
    except DatabaseError as error:
        logger.warning(
            "The database does not answer yet: %s", error, extra={"event": "database.unavailable"}
        )
