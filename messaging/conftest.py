"""Sockets in this process, with the site's real application but without a server."""

import asyncio
import json
from contextlib import suppress

import pytest
from asgiref.testing import ApplicationCommunicator
from channels.layers import get_channel_layer
from django.conf import settings

from core.threads import broadcasts_started, in_database
from messaging.live.hub import hub
from messaging.live.post_queue import post_queue
from messaging.live.tests.pages import Page
from messaging.message import actions
from rooms.actions import end_membership, join_room
from rooms.moderation.actions import ban_person
from tertulia.server.application import Application

PATIENCE = 10  # seconds


@pytest.fixture
def say():
    """Return a function that posts a message in a room."""
    numbers = iter(range(1000))
    return lambda room, author, body: actions.post_message(room, author, body, f"n{next(numbers)}")


@pytest.fixture(params=["outsider", "removed", "banned", "of another room"])
def stranger(request, den, lobby, ana, eve):
    """Eve, who may not read the Den, for each reason."""
    if request.param in ("removed", "banned"):
        join_room(den, eve)
    if request.param == "removed":
        end_membership(den.membership_of(eve), by=ana)
    if request.param == "banned":
        ban_person(den, eve, ana)
    if request.param == "of another room":
        join_room(lobby, eve)
    return eve


@pytest.fixture
async def awake(transactional_db):
    """A new hub and post queue of this process for one test and its event loop."""
    hub.__init__()
    post_queue.__init__()
    hub.start()
    yield hub
    await broadcasts_started()
    await hub.stop()
    await get_channel_layer().flush()


@pytest.fixture
async def arrive(awake, client_of):
    """Return a function that opens a socket in a room for a user (None: not logged in)."""
    sockets = []

    async def open_socket(user, room, cursor=0, **options):
        client = await in_database(client_of)(user) if user else None
        sockets.append(Socket(client, f"/ws/rooms/{room.slug}/", **options))
        if await sockets[-1].open() and cursor is not None:
            await sockets[-1].catch_up(cursor)
        return sockets[-1]

    yield open_socket
    for socket in sockets:
        await socket.leave()


class Socket:
    """A page's socket: `page` has what it received, `code` is its close code."""

    def __init__(self, client, path, origin=None, query=""):
        self.client = client
        self.page = Page()
        self.code = None
        self.accepted = False
        origin = f"http://{settings.ALLOWED_HOSTS[0]}" if origin is None else origin
        headers = [(b"host", settings.ALLOWED_HOSTS[0].encode())]
        headers += [(b"origin", origin.encode())] if origin else []
        if client:
            session = client.cookies[settings.SESSION_COOKIE_NAME].value
            cookie = f"{settings.SESSION_COOKIE_NAME}={session}"
            headers.append((b"cookie", cookie.encode()))
        scope = {"type": "websocket", "path": path, "headers": headers}
        scope["query_string"] = query.encode()
        self._connection = ApplicationCommunicator(Application(), {**scope, "subprotocols": []})

    async def open(self):
        await self._connection.send_input({"type": "websocket.connect"})
        answer = await self._connection.receive_output(PATIENCE)
        self.accepted = answer["type"] == "websocket.accept"
        return self.accepted

    async def catch_up(self, cursor=None):
        """Send the cursor, as a page does after connecting, and wait for the answer."""
        await self.send(cursor=self.page.cursor if cursor is None else cursor)
        await self.until(lambda page: page.taken[1:] or self.code)

    async def send(self, **fields):
        """Send a form as htmx does."""
        fields = {name: str(value) for name, value in fields.items()}
        await self.send_frame(json.dumps({"headers": {"HX-Request": "true"}, "body": fields}))

    async def send_frame(self, frame):
        kind = "bytes" if isinstance(frame, bytes) else "text"
        await self._connection.send_input({"type": "websocket.receive", kind: frame})

    async def post(self, body, nonce=None):
        """Post, and wait until the message is acknowledged or rejected."""
        nonce = nonce or body
        before = self.page.acknowledged.count(nonce)
        self.page.refusal = ""
        await self.send(body=body, nonce=nonce)
        await self.until(
            lambda page: page.acknowledged.count(nonce) > before or page.refusal or self.code
        )

    async def until(self, condition, seconds=PATIENCE):
        """Receive until `condition(page)`; on a timeout the error contains everything received."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not condition(self.page):
                    self._take(await self._connection.output_queue.get())
        assert condition(self.page), (self.code, self.page.taken)

    async def sees(self, *texts):
        """Wait until the log holds exactly these texts, in this order."""
        await self.until(lambda page: page.texts == list(texts) or self.code)
        assert self.page.texts == list(texts)

    async def closed(self):
        """Wait until the socket is closed; return the close code."""
        await self.until(lambda page: self.code)
        return self.code

    def _take(self, output):
        if output["type"] == "websocket.close":
            self.code = output.get("code", 1000)
        else:
            self.page.take(output["text"])

    async def leave(self):
        if self.accepted:
            await self._connection.send_input({"type": "websocket.disconnect", "code": 1001})
            await self._connection.wait(PATIENCE)
