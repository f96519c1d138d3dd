"""uvicorn's WebSocket protocol, with limits on what a client may send and a fast path for pushes.

Pushes: uvicorn builds a frame for each socket. Without extensions a server's frame depends only on
its text (RFC 6455, 5.2: no mask), so the frame of the last pushed text is cached and reused.

Limits: uvicorn parses everything it receives, answers each ping, and continues after a close; the
application never sees control frames. This class counts every byte and frame, of any kind, before
it is parsed. A client that sends too much is closed with 1008. Nothing is read before the handshake
is answered or while the client does not read, and a closed connection is aborted soon after.

`--ws tertulia.server.push_protocol:PushProtocol` chooses this class. It uses
undocumented API of uvicorn, which site/tests/private_apis.txt lists.
"""

import struct
from http import HTTPStatus

from django.conf import settings
from websockets.protocol import State

from core.rate_limits import Bucket, network_of

from . import peer_limits
from .client_address import client_of
from .frame_counter import FrameCounter
from .intake import Intake
from .lean_protocol import LeanProtocol
from .tally import Tally

FINAL_TEXT = 0x81
POLICY_VIOLATION = 1008

# What a client may send: (burst, per second). messaging.live.consumers has lower limits for the
# forms of a page, and shows an error before it closes the socket.
MESSAGES = 400, 60
OTHER_FRAMES = 100, 10  # control frames, empty frames, fragments: browsers send hardly any
BYTES = 4 * 1024 * 1024, 512 * 1024

# After our close: seconds to wait for the client's close frame and for data in transit, and the
# bytes to read meanwhile, if the client has sent a frame before and if it has not.
CLOSE_SECONDS = 1
ABORT_SECONDS = 2
BYTES_AFTER_CLOSE = 128 * 1024
BYTES_AFTER_REFUSAL = 4 * 1024

# Per client address, in this process.
MAX_HANDSHAKES = 1_000  # not answered yet: a whole school may reconnect at once
MAX_REFUSED = 100  # closed right after they were accepted, and still waiting for the client's close

handshakes, refused = Tally(MAX_HANDSHAKES), Tally(MAX_REFUSED)


def frame_of(text):
    """Return `text` as one unmasked, final text frame (RFC 6455, 5.2)."""
    payload = text.encode()
    size = len(payload)
    if size < 126:
        return struct.pack("!BB", FINAL_TEXT, size) + payload
    if size < 65_536:
        return struct.pack("!BBH", FINAL_TEXT, 126, size) + payload
    return struct.pack("!BBQ", FINAL_TEXT, 127, size) + payload


class PushProtocol(LeanProtocol):
    """Provides `scope["extensions"]["tertulia.push"]`, a function that sends a text immediately."""

    __slots__ = (
        "_abort_timer",
        "_bytes",
        "_counter",
        "_intake",
        "_left_after_close",
        "_messages",
        "_network",
        "_others",
        "_tally",
    )

    _text = None
    _frame = b""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.close_timeout = CLOSE_SECONDS
        self._intake = None
        self._network = None
        self._tally = None  # the tally that counts this connection
        self._abort_timer = None
        self._counter = FrameCounter()
        self._messages, self._others = Bucket(*MESSAGES), Bucket(*OTHER_FRAMES)
        self._bytes = Bucket(*BYTES)
        self._left_after_close = BYTES_AFTER_REFUSAL

    # From the client

    def connection_made(self, transport):
        super().connection_made(transport)
        self._intake = Intake(self.loop, transport, self._parse, self._is_held)

    def data_received(self, data):
        if not self.handshake_initiated:  # the handshake request, from the HTTP protocol
            self._parse(data)
            self._intake.go_on()
        elif self._is_within_limits(data):
            self._intake.feed(data)
        elif self.close_sent:
            self.transport.abort()
        else:
            self.conn.fail(POLICY_VIOLATION, "too many frames")
            self.handle_parser_exception()
            self._abort_soon()

    def _is_within_limits(self, data):
        if self.close_sent:
            self._left_after_close -= len(data)
        else:
            self._left_after_close = BYTES_AFTER_CLOSE
        messages, others = self._counter.count(data)
        if self._left_after_close < 0 or not self._others.take(others):
            return False
        if not settings.RATE_LIMITS:
            return True
        return self._messages.take(messages) and self._bytes.take(len(data))

    def _parse(self, data):
        super().data_received(data)
        if self.transport.is_closing():
            self._abort_soon()

    def _is_held(self):
        return self.read_paused or not self.handshake_complete or not self.writable.is_set()

    async def receive(self):
        message = await super().receive()
        self._intake.go_on()
        return message

    # To the client

    def push(self, text):
        """Send `text` and return True; return False if the connection cannot take it now.

        The caller then uses ASGI's `send`, which waits or raises if the connection is closed.
        """
        if (
            self.conn.state is not State.OPEN
            or self.disconnected  # uvloop raises if its closed transport is written to
            or not self.handshake_complete
            or self.close_sent
            or self.conn.extensions
            or not self.writable.is_set()
        ):
            return False
        if PushProtocol._text is not text:
            PushProtocol._text, PushProtocol._frame = text, frame_of(text)
        self.transport.write(PushProtocol._frame)
        return True

    async def send(self, message):
        if message["type"] == "websocket.close":
            self._abort_soon()  # even if the client reads nothing
        await super().send(message)
        if message["type"] == "websocket.accept":
            self._count_in(None)
        if message["type"] == "websocket.close" and self._was_silent:
            self._await_client_close()
        if message["type"] != "websocket.send":
            self._intake.go_on()

    def _await_client_close(self):
        """Wait for the close frame of a refused client, unless too many are waiting already."""
        if not self._count_in(refused):
            self.transport.close()

    def pause_writing(self):
        super().pause_writing()
        self._intake.go_on()

    def resume_writing(self):
        super().resume_writing()
        self._intake.go_on()

    # The beginning and the end

    def run_asgi(self):
        """Return the coroutine that runs the application; no frame of ours stays around it."""
        self.scope["extensions"]["tertulia.push"] = self.push
        address, _port = client_of(self.scope, settings.TRUSTED_PROXIES) or ("unknown", 0)
        self._network = network_of(address)
        if self._is_crowded() or not self._count_in(handshakes):
            return self._refuse_handshake()
        return super().run_asgi()

    def on_task_complete(self, task):
        super().on_task_complete(task)
        if self.transport.is_closing() and not self.disconnected:
            self._abort_soon()

    def _is_crowded(self):
        """Return True if many refused sockets are closing and this one has no session cookie."""
        if refused[self._network] < MAX_REFUSED:
            return False
        session = f"{settings.SESSION_COOKIE_NAME}=".encode()
        return not any(name == b"cookie" and session in v for name, v in self.scope["headers"])

    async def _refuse_handshake(self):
        self.conn.send_response(self.conn.reject(HTTPStatus.TOO_MANY_REQUESTS, ""))
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.handshake_complete = self.close_sent = True
        self.transport.close()

    @property
    def _was_silent(self):
        return self._left_after_close == BYTES_AFTER_REFUSAL

    def _count_in(self, tally):
        """Move this connection to `tally`, or to none; return False if that tally is full."""
        before, self._tally = self._tally, None
        if before is not None:
            before.leave(self._network)
        if tally is None or not (settings.RATE_LIMITS or tally is refused):
            return True
        if not tally.enter(self._network):
            return False
        self._tally = tally
        return True

    def _abort_soon(self):
        if self._abort_timer is None:
            self._abort_timer = self.loop.call_later(ABORT_SECONDS, self.transport.abort)

    def keepalive_timeout(self):
        super().keepalive_timeout()
        self._abort_soon()

    def shutdown(self):
        # Waiting for a client that does not read would delay the shutdown until its timeout.
        if not self.writable.is_set():
            self.transport.abort()
        else:
            super().shutdown()
            self._abort_soon()

    def connection_lost(self, error):
        self._intake.stop()
        self._count_in(None)
        peer_limits.leave(self.client)
        if self._abort_timer is not None:
            self._abort_timer.cancel()
        super().connection_lost(error)
