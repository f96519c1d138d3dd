"""The socket of a room: thin. It reads frames, asks forms and actions, and renders nothing.

Frames in, as htmx sends them: a JSON object of form fields with htmx's own "headers" beside them,
or the fields under "body". Frames out: HTML (htmx, https://htmx.org/extensions/ws/).
"""

import asyncio
import json
import logging

from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from django.utils import translation

from core.threads import in_database

from ..message import broadcasts
from ..message.forms import MessageForm
from ..message.submit import refuse
from . import connection_limits, socket_frames
from .encoders import HtmlEncoder
from .hub import hub
from .post_queue import post_queue
from .reader import LOG_IN_AGAIN, NOT_FOUND, TOO_MANY, Reader

logger = logging.getLogger(__name__)

UNSUPPORTED_DATA = 1003  # RFC 6455, 7.4.1
INVALID_PAYLOAD = 1007
POLICY_VIOLATION = 1008


class RoomConsumer(AsyncWebsocketConsumer):
    reader = None
    is_storing = False
    seen = None  # what the page said last of how far it is read, until it is stored
    address = None

    async def __call__(self, scope, receive, send):
        # The hub is the one that listens to the layer: a socket has no channel of its own, so it
        # waits for its connection alone, without a task and a future for each of two.
        self.scope, self.base_send = scope, send
        try:
            while True:
                await self.dispatch(await receive())
        except StopConsumer:
            pass
        finally:  # `websocket_disconnect` is not called for every connection that ends
            if self.reader is not None:
                hub.leave(self.reader)
                connection_limits.leave(self.address)

    async def dispatch(self, message):
        # Channels' own dispatch visits a thread for each frame, to close old database connections;
        # no query runs in that thread here.
        match message["type"]:
            case "websocket.connect":
                await self.connect()
            case "websocket.receive":
                await self.receive(message.get("text"), message.get("bytes"))
            case "websocket.disconnect":
                raise StopConsumer

    async def connect(self):
        slug = self.scope["url_route"]["kwargs"]["slug"]
        address = (self.scope.get("client") or ["unknown"])[0]
        visit = await socket_frames.enter((self.scope, slug))
        # Accepted first in any case: a refused handshake looks to a browser like a lost
        # connection, which it tries again for ever; a close code of ours is final.
        await self.accept()
        if visit.user is None:
            await self.close(LOG_IN_AGAIN)
        elif visit.room_id is None:
            await self.close(NOT_FOUND)
        elif not connection_limits.has_room(visit.user.pk, address, visit.open_elsewhere):
            await self.close(TOO_MANY)
        else:
            self.visit = visit
            self.address = address
            connection_limits.enter(address)
            self.budget, self.seen_budget = socket_frames.FrameBudget(), socket_frames.FrameBudget()
            self.reader = Reader(
                transmit=self.transmit,
                offer=self.scope.get("extensions", {}).get("tertulia.push"),
                close=self.close,
                room_id=visit.room_id,
                user=visit.user,
                session_key=visit.session_key,
                encoder=HtmlEncoder(visit.language),
            )
            await hub.join(self.reader, visit.watched)
        del self.scope  # tens of thousands of sockets are kept; this one has been read

    async def transmit(self, html):
        await self.base_send({"type": "websocket.send", "text": html})

    async def receive(self, text_data=None, bytes_data=None):
        if self.reader is None or self.reader.closed:
            return
        if text_data is None:
            return self.reader.close(UNSUPPORTED_DATA)
        try:
            fields = fields_of(text_data)
        except ValueError:
            return self.reader.close(INVALID_PAYLOAD)
        if "seen" in fields:  # not counted with what people do: pages say it by themselves
            return self.note_seen(fields)
        if not self.budget.allows():
            return self.refuse_frame(fields)
        if "body" in fields:
            post_queue.send(self.reader, fields)
        elif "cursor" in fields:
            cursor = socket_frames.cursor_of(fields)
            if cursor is not None:
                await hub.catch_up(self.reader, cursor)
        elif "typing" in fields:
            await in_database(socket_frames.type_in)(self.reader.user_id, self.reader.room_id)

    def note_seen(self, fields):
        """Store how far the page is read, once a second at most, however often it says so."""
        if not self.seen_budget.allows() and self.seen_budget.is_exhausted:
            return self.reader.close(POLICY_VIOLATION)
        self.seen = fields
        if not self.is_storing:
            self.is_storing = True
            hub.tasks.run(self.store_seen())

    async def store_seen(self):
        while self.seen is not None:
            fields, self.seen = self.seen, None
            await in_database(socket_frames.see)(self.reader.user_id, self.reader.room_id, fields)
            await asyncio.sleep(1)
        self.is_storing = False

    def refuse_frame(self, fields):
        """Say that these frames come too fast; close the socket of whoever goes on.

        It is said once, and of every text that was not taken: its author gets it back.
        """
        if self.budget.is_exhausted:
            self.reader.close(POLICY_VIOLATION)
        elif self.budget.is_overdrawn_anew or "body" in fields:
            with translation.override(self.visit.language):
                form = refuse(MessageForm(fields), "too_often")
                self.reader.push(broadcasts.render_refused(form))


def fields_of(text):
    """Return the form fields of a frame, {name: text}; ValueError where it is not a frame.

    htmx's "headers" and whatever is not text are left out: nothing but form fields has a meaning.
    """
    try:
        frame = json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(frame, dict):
        raise ValueError("not an object")
    fields = frame["body"] if isinstance(frame.get("body"), dict) else frame
    return {name: value for name, value in fields.items() if isinstance(value, str)}
