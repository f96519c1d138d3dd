"""The WebSocket consumer of a room. It passes frames on (see `protocol`) and renders nothing."""

from collections.abc import Mapping
from typing import Any

from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from django.utils import translation

from core.threads import in_act, in_database

from ..message import broadcasts
from ..message.acts import Act, asked_in
from ..message.forms import MessageForm
from ..message.submit import refuse
from . import (
    INVALID_PAYLOAD,
    LOG_IN_AGAIN,
    NOT_FOUND,
    POLICY_VIOLATION,
    TOO_MANY,
    UNSUPPORTED_DATA,
    admission,
    connection_limits,
    protocol,
)
from .encoders import HtmlEncoder
from .hub import hub
from .post_queue import post_queue
from .reader import Reader
from .reading.seen_queue import seen_queue

# Made once: each takes as long to make as a short query.
_show_typing = in_database(protocol.show_typing)
_do_act = in_act(protocol.do_act)


class RoomConsumer(AsyncWebsocketConsumer):
    """The socket of the page of the room `slug`. `acts` are those of `messaging.acts`, by verb."""

    groups = ()  # of the layer: only the hub listens to it
    reader: Reader | None = None
    seen_limiter: protocol.FrameRateLimiter | None = None
    address = ""
    shows_refusal = False  # the page shows why an act was refused

    def __init__(self, scope: dict, slug: str, acts: Mapping[str, Act]) -> None:
        super().__init__()
        self.scope, self.slug, self.acts = scope, slug, acts

    async def run(self, receive: Any, send: Any) -> None:
        """Serve the socket until it is closed, with ASGI's `receive` and `send`.

        A socket needs no channel, so this replaces Channels' own loop, which keeps two tasks per
        connection, and six frames with the request's headers.
        """
        self.base_send = send
        try:
            while True:
                await self.dispatch(await receive())
        except StopConsumer:
            pass
        finally:  # `websocket_disconnect` is not called for every connection that ends
            if self.reader is not None:
                hub.leave(self.reader)
                connection_limits.leave(self.address)

    async def dispatch(self, message: dict) -> None:
        # Channels' own dispatch uses a thread for each frame, to close old database connections;
        # no query runs in that thread here.
        match message["type"]:
            case "websocket.connect":
                await self.connect()
            case "websocket.receive":
                await self.receive(message.get("text"), message.get("bytes"))
            case "websocket.disconnect":
                raise StopConsumer

    async def connect(self) -> None:
        address = (self.scope.get("client") or ["unknown"])[0]
        offer = self.scope.get("extensions", {}).get("tertulia.push")
        visit = await admission.enter((self.scope, self.slug))
        del self.scope  # save memory: there are tens of thousands of sockets
        # Always accept first: to a browser a rejected handshake looks like a lost
        # connection, which it retries for ever; our close codes are final.
        await self.accept()
        if visit.user is None:
            await self.close(LOG_IN_AGAIN)
        elif visit.room_id is None:
            await self.close(NOT_FOUND)
        elif not connection_limits.has_room(visit.user.pk, address, visit.open_elsewhere):
            await self.close(TOO_MANY)
        else:
            self.address = address
            connection_limits.enter(address)
            self.limiter = protocol.FrameRateLimiter()
            self.reader = Reader(
                transmit=self.transmit,
                offer=offer,
                close=self.close,
                room_id=visit.room_id,
                user=visit.user,
                session_key=visit.session_key,
                encoder=HtmlEncoder(visit.language),
            )
            await hub.join(self.reader, visit.rooms)

    async def transmit(self, html: str) -> None:
        await self.base_send({"type": "websocket.send", "text": html})

    async def close(self, code: int | None = None, reason: str | None = None) -> None:
        self.count(f"closes_total.{code}")
        await super().close(code, reason)

    def count(self, figure: str) -> None:
        hub.registry.counts[figure] += 1

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.reader is None or self.reader.closed:
            return
        if text_data is None:
            self.count("frames_rejected_total")
            return self.reader.close(UNSUPPORTED_DATA)
        try:
            fields = protocol.fields_of(text_data)
        except ValueError:
            self.count("frames_rejected_total")
            return self.reader.close(INVALID_PAYLOAD)
        if "seen" in fields:  # not rate limited: pages send it by themselves
            return self.note_seen(fields)
        if not self.limiter.allow():
            return self.refuse_frame(fields)
        if "body" in fields:
            post_queue.send(self.reader, fields)
        elif "cursor" in fields:
            cursor = protocol.cursor_of(fields)
            if cursor is not None:
                await hub.catch_up(self.reader, cursor)
        elif "typing" in fields:
            await _show_typing(self.reader.user_id, self.reader.room_id)
        else:
            await self.act(fields)

    async def act(self, fields: dict[str, str]) -> None:
        """Do the act of the frame, if there is one, and push why it was refused."""
        asked = asked_in(fields)
        if asked is None or asked.verb not in self.acts:
            return
        user_id, room_id, language = self.reader.user_id, self.reader.room_id, self.reader.language
        act = self.acts[asked.verb]
        answer, is_refused = await _do_act(act, asked, user_id, room_id, language)
        if self.shows_refusal and not is_refused:
            answer += broadcasts.render_act_refused([])
        if answer:
            self.reader.push(answer)
        self.shows_refusal = is_refused

    def note_seen(self, fields: dict[str, str]) -> None:
        """Store the read position of the page soon."""
        if self.seen_limiter is None:
            self.seen_limiter = protocol.FrameRateLimiter()
        if not self.seen_limiter.allow() and self.seen_limiter.is_exhausted:
            self.count("frames_rejected_total")
            return self.reader.close(POLICY_VIOLATION)
        seen_queue.note(self.reader, fields)

    def refuse_frame(self, fields: dict[str, str]) -> None:
        """Refuse a frame that is over the limit; close a socket that keeps sending them.

        Push the error once, and again for every message, so that its author gets the text back.
        """
        self.count("frames_rejected_total")
        if self.limiter.is_exhausted:
            self.reader.close(POLICY_VIOLATION)
        elif self.limiter.is_first_refused or "body" in fields:
            with translation.override(self.reader.language):
                form = refuse(MessageForm(fields), "too_often")
                self.reader.push(broadcasts.render_refused(form))
