"""Feeds the parser of a connection in small pieces, so that no connection holds the event loop.

An event loop hands over whatever has arrived: a quarter of a megabyte at once, which may hold tens
of thousands of frames or chunks. A parser gets a kilobyte or a few of it in each turn of the loop,
and reading from the network is paused until it has them all.
"""

import socket
import time

RECEIVE_BUFFER = 64 * 1024  # bytes that the kernel keeps for a connection while we do not read
PIECE = 1024

CHEAP_SECONDS = 0.001


class Share:
    """Half of the event loop's time, for all connections with much input that is slow to parse."""

    def __init__(self):
        self._free_at = 0.0

    def wait_after(self, spent):
        """Return how many seconds a connection waits whose last piece took `spent` seconds."""
        if spent < CHEAP_SECONDS:
            return 0
        now = time.perf_counter()
        self._free_at = max(now, self._free_at + spent) + spent
        return self._free_at - now


share = Share()


class Intake:
    """The way of the bytes of one connection from its transport to its parser.

    `parse(data)` takes at most `piece` bytes. `is_held()` returns True while the connection must
    not be read; whoever ends that calls `go_on`.
    """

    __slots__ = ("_at", "_is_held", "_left", "_loop", "_next", "_parse", "_transport", "piece")

    def __init__(self, loop, transport, parse, is_held):
        self._loop = loop
        self._transport = transport
        self._parse = parse
        self._is_held = is_held
        self._left, self._at = b"", 0  # what is not parsed yet, from there on
        self._next = None  # the timer of the next piece
        self.piece = PIECE

    def feed(self, data):
        """Parse `data`, now or in the next turns of the loop."""
        if self._transport is None:
            return
        if len(data) > self.piece or self._left or self._next or self._is_held():
            self._left, self._at = self._left[self._at :] + data, 0
            self.go_on()
        else:
            self._parse(data)

    def go_on(self):
        """Parse and read on, unless the connection is held."""
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
        """Forget what is left and leave the transport alone from now on."""
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
        if (
            wait and not self._next and self._transport is not None
        ):  # the parser may have stopped it
            self._next = self._loop.call_later(wait, self._take_turn)


def limit_receive_buffer(transport):
    """Bound what one read of a connection brings, and what the kernel keeps for it."""
    connection = transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
