"""Feeds a connection's parser in small pieces, so that no connection blocks the event loop.

The event loop delivers up to a quarter of a megabyte at once, which may contain tens of thousands
of frames or chunks. The parser gets a few kilobytes in each iteration of the loop, and reading from
the network is paused until all are parsed.
"""

import socket
import time

RECEIVE_BUFFER = 64 * 1024  # bytes the kernel buffers for a connection that we do not read
PIECE = 1024

CHEAP_SECONDS = 0.001


class Share:
    """Limits all connections with input that is slow to parse to half of the event loop's time."""

    def __init__(self):
        self._free_at = 0.0

    def wait_after(self, spent):
        """Return the seconds to wait before the next piece; the last one took `spent` seconds."""
        if spent < CHEAP_SECONDS:
            return 0
        now = time.perf_counter()
        self._free_at = max(now, self._free_at + spent) + spent
        return self._free_at - now


share = Share()


class Intake:
    """Passes the bytes of one connection from its transport to its parser.

    `parse(data)` gets at most `piece` bytes. `is_held()` returns True while the connection must
    not be read; call `go_on` when that ends.
    """

    __slots__ = ("_at", "_is_held", "_left", "_loop", "_next", "_parse", "_transport", "piece")

    def __init__(self, loop, transport, parse, is_held):
        self._loop = loop
        self._transport = transport
        self._parse = parse
        self._is_held = is_held
        self._left, self._at = b"", 0  # a buffer, and the offset of its first unparsed byte
        self._next = None  # the timer of the next piece
        self.piece = PIECE

    def feed(self, data):
        """Parse `data`, now or in the next iterations of the loop."""
        if self._transport is None:
            return
        if len(data) > self.piece or self._left or self._next or self._is_held():
            self._left, self._at = self._left[self._at :] + data, 0
            self.go_on()
        else:
            self._parse(data)

    def go_on(self):
        """Continue to parse and to read, unless the connection is held."""
        if self._transport is None:
            return
        if self._next or self._is_held():
            self._transport.pause_reading()
        elif self._left:
            self._transport.pause_reading()
            self._next = self._loop.call_soon(self._take_turn)
        else:
            self._transport.resume_reading()

    def stop(self):
        """Drop the unparsed bytes and stop using the transport."""
        self._transport = None
        self._left, self._at = b"", 0
        if self._next:
            self._next.cancel()
            self._next = None

    def _take_turn(self):
        self._next = None
        if self._transport is None or self._transport.is_closing():
            return self.stop()
        if self._left and not self._is_held():
            end = self._at + self.piece
            piece = self._left[self._at : end]
            if end < len(self._left):
                self._at = end
            else:
                self._left, self._at = b"", 0
            self._parse_piece(piece)
        return self.go_on()

    def _parse_piece(self, piece):
        begun = time.perf_counter()
        self._parse(piece)
        wait = share.wait_after(time.perf_counter() - begun)
        is_stopped = self._transport is None  # the parser may have called `stop`
        if wait and not self._next and not is_stopped:
            self._next = self._loop.call_later(wait, self._take_turn)


def limit_receive_buffer(transport):
    """Limit the kernel's receive buffer, and with it what one read returns."""
    connection = transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
