"""The socket of a room: thin. It reads frames, asks forms and actions, and renders nothing.

Frames in, as htmx sends them: a JSON object of form fields with htmx's own "headers" beside them,
or the fields under "body". Frames out: HTML (htmx, https://htmx.org/extensions/ws/).
"""

import json
import logging

from channels.generic.websocket import AsyncWebsocketConsumer

from users.database import in_database
from users.doors import visitor_of

from . import sockets
from .hub import hub
from .outbox import outbox
from .readers import LOG_IN_AGAIN, NOT_FOUND, Reader

logger = logging.getLogger(__name__)

UNSUPPORTED_DATA = 1003  # RFC 6455, 7.4.1
INVALID_PAYLOAD = 1007
POLICY_VIOLATION = 1008


class RoomConsumer(AsyncWebsocketConsumer):
    # The hub is the one that listens to the layer; a socket has no channel of its own.
    channel_layer_alias = None
    reader = None

    async def __call__(self, scope, receive, send):
        try:
            await super().__call__(scope, receive, send)
        finally:  # `websocket_disconnect` is not called for every connection that ends
            if self.reader is not None:
                hub.leave(self.reader)

    async def dispatch(self, message):
        # Channels' own dispatch visits a thread for each frame, to close old database connections;
        # no query runs in that thread here.
        match message["type"]:
            case "websocket.connect":
                await self.connect()
            case "websocket.receive":
                await self.receive(message.get("text"), message.get("bytes"))
            case "websocket.disconnect":
                await self.websocket_disconnect(message)

    async def connect(self):
        user, session_key = await in_database(visitor_of)(self.scope)
        entrance = await in_database(sockets.enter)(user, self.scope["url_route"]["kwargs"]["slug"])
        # Accepted first in any case: a refused handshake looks to a browser like a lost
        # connection, which it tries again for ever; a close code of ours is final.
        await self.accept()
        if not user.is_authenticated:
            await self.close(LOG_IN_AGAIN)
        elif entrance is None:
            await self.close(NOT_FOUND)
        else:
            self.user = user
            self.room_id = entrance.room_id
            self.budget = sockets.FrameBudget()
            self.reader = Reader(
                transmit=self.transmit,
                close=self.close,
                room_id=entrance.room_id,
                user=user,
                session_key=session_key,
                language=entrance.language,
            )
            await hub.join(self.reader, entrance.watched)

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
        if not self.budget.allows():
            return self.reader.close(POLICY_VIOLATION)
        if "body" in fields:
            outbox.send(self.reader, fields)
        elif "cursor" in fields:
            cursor = sockets.cursor_of(fields)
            if cursor is not None:
                await hub.catch_up(self.reader, cursor)
        elif "seen" in fields:
            await in_database(sockets.see)(self.user.pk, self.room_id, fields)
        elif "typing" in fields:
            sockets.type_in(self.room_id, self.user)


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
