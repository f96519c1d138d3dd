"""uvicorn's HTTP/1.1 protocol, with deadlines for the client and a fast path for streams.

uvicorn waits forever for the head of a request and for a client that does not read the response,
and parses all received data at once. This class allows ten seconds for a head, parses input in
small pieces, and aborts a connection whose client reads nothing for a minute. `request_guard`, in
front of the application, limits bodies.

A response without Content-Length is sent in chunks, each as long as it says, so a chunk for all
streams is made once and written without h11. A request provides `push`, the function that does so,
as `scope["extensions"]["tertulia.push"]`.

`--http tertulia.server.http_protocol:HTTPProtocol` chooses this class. It uses
undocumented API of uvicorn, which site/tests/private_apis.txt lists.
"""

import sys
from http import HTTPStatus

import h11
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.h11_impl import H11Protocol

from ..operations.refusal_pages import refusal_of
from . import peer_limits
from .intake import PIECE, Intake, limit_receive_buffer

HEAD_SECONDS = 10
WRITE_SECONDS = 60
CLOSE_SECONDS = 2  # for a client that continues to send a rejected request

# Bytes to parse in one iteration of the event loop: of a head, and of a body with a Content-Length,
# which is cheap to parse. A chunked body is not: its chunks may be as short as a byte.
HEAD_PIECE = 4 * 1024
BODY_PIECE = 64 * 1024


def chunk_of(text):
    """Return `text`, which is not empty, as one chunk (RFC 9112, 7.1)."""
    payload = text.encode()
    return b"%x\r\n%b\r\n" % (len(payload), payload)


class Flow(FlowControl):
    """Resumes reading through the connection's intake, which may hold data that is not parsed."""

    def __init__(self, transport, intake):
        super().__init__(transport)
        self._intake = intake

    def resume_reading(self):
        if self.read_paused:
            self.read_paused = False
            self._intake.go_on()


class HTTPProtocol(H11Protocol):
    _intake = None
    _is_counted = False
    _is_refused = False
    _head_timer = _abort_timer = None
    _text, _chunk = None, b""  # of the last push in this process

    # From the client

    def connection_made(self, transport):
        super().connection_made(transport)
        limit_receive_buffer(transport)
        self._intake = Intake(self.loop, transport, self._parse, self._is_held)
        self._intake.piece = HEAD_PIECE
        self.flow = Flow(transport, self._intake)
        self._is_counted = peer_limits.enter(self.client)
        if self._is_counted:
            self._head_timer = self.loop.call_later(HEAD_SECONDS, self._end_head)
        else:
            transport.abort()

    def data_received(self, data):
        if not self._is_refused:
            self._intake.feed(data)

    def _is_held(self):
        return self.flow.read_paused

    def _parse(self, data):
        super().data_received(data)
        self._time_head()
        self._intake.piece = self._piece_of_what_comes()

    def _piece_of_what_comes(self):
        if self.conn.their_state is not h11.SEND_BODY:
            return HEAD_PIECE
        is_chunked = any(name == b"transfer-encoding" for name, _value in self.headers)
        return PIECE if is_chunked else BODY_PIECE

    def _time_head(self):
        """Run the timer while a head is incomplete."""
        if self.conn.their_state is not h11.IDLE:
            self._stop_head_timer()
        elif self._head_timer is None:
            self._head_timer = self.loop.call_later(HEAD_SECONDS, self._end_head)

    def _stop_head_timer(self):
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def handle_websocket_upgrade(self, event):
        self._stop_head_timer()
        self._intake.stop()
        super().handle_websocket_upgrade(event)

    def handle_events(self):
        super().handle_events()
        scope = self.scope  # of a task that has not begun yet
        if scope is not None and (scope["method"], scope["http_version"]) == ("GET", "1.1"):
            scope.setdefault("extensions", {})["tertulia.push"] = self.push

    # Refusals before there is a request

    def _end_head(self):
        self._head_timer = None
        if self.transport.is_closing():
            return
        if self.conn.trailing_data[0]:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT)
        else:
            self.transport.close()

    def send_400_response(self, message):
        error = sys.exception()
        self._refuse(getattr(error, "error_status_hint", HTTPStatus.BAD_REQUEST))

    def _refuse(self, status):
        """Answer with a page and read on briefly: a TCP reset could arrive before the answer."""
        if self.conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE):  # it is being answered
            return self.transport.close()
        status, headers, content = refusal_of(status)
        reason = HTTPStatus(status).phrase.encode()
        start = h11.Response(status_code=status, headers=headers, reason=reason)
        for event in (start, h11.Data(data=content), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event))
        self._is_refused = True
        self._intake.stop()
        self.transport.write_eof()
        self.transport.resume_reading()
        self._abort_timer = self.loop.call_later(CLOSE_SECONDS, self.transport.abort)

    # To the client

    def push(self, text):
        """Send `text` in the running response and return True; False if it cannot be sent now.

        The response must have no Content-Length, so that it is chunked. The caller then uses ASGI's
        `send`, which waits, or does nothing if the connection is closed.
        """
        if (
            self.conn.our_state is not h11.SEND_BODY
            or self.flow.write_paused
            or self.transport.is_closing()  # uvloop raises if it is written to
        ):
            return False
        if HTTPProtocol._text is not text:
            HTTPProtocol._text, HTTPProtocol._chunk = text, chunk_of(text)
        self.transport.write(HTTPProtocol._chunk)
        return True

    def pause_writing(self):
        super().pause_writing()
        self._abort_unless_read()

    def resume_writing(self):
        super().resume_writing()
        self._stop_abort_timer()

    def on_response_complete(self):
        super().on_response_complete()
        if self.transport.is_closing():
            self._abort_unless_read()

    def _abort_unless_read(self):
        if self._abort_timer is None:
            self._abort_timer = self.loop.call_later(WRITE_SECONDS, self.transport.abort)

    def _stop_abort_timer(self):
        if self._abort_timer is not None:
            self._abort_timer.cancel()
            self._abort_timer = None

    def connection_lost(self, error):
        self._stop_head_timer()
        self._stop_abort_timer()
        self._intake.stop()
        if self._is_counted:
            peer_limits.leave(self.client)
        super().connection_lost(error)
        if self.scope is not None:
            self.scope.pop("extensions", None)  # which refers to this object
