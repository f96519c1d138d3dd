"""Simulates many browsers: each behaves like a room's page, without rendering it.

A page keeps its cursor, reconnects with it after a close (with an RFC 6455 code that allows it),
and sends unacknowledged posts again, with the same nonce.
"""

import asyncio
import json
import random
import socket
import time
from collections import deque

from bench.frames import CLOSE, PING, PONG, frame, handshake
from messaging.live.tests.pages import Page

AGAIN = {
    1000,
    1001,
    1005,
    1006,
    1011,
    1012,
    1013,
    1014,
}  # as in templates/messaging/conversation/room.html
LOST = 1006
NONCE = 32  # letters
JITTER = 0.1, 0.6  # seconds before a page reconnects


async def until(condition, seconds, said=""):
    """Wait until `condition()` is true; fail after some seconds, with `said()` or `said`."""
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, said() if callable(said) else said
        await asyncio.sleep(0.02)


class Network:
    """The network between some browsers and the server, which can be cut."""

    def __init__(self):
        self.is_up = True
        self.connections = set()

    def cut(self, silently=False):
        """Break every connection and block new ones, silently: the server is not notified."""
        self.is_up = False
        for connection in list(self.connections):
            connection.vanish() if silently else connection.transport.abort()

    def mend(self):
        self.is_up = True


class Connection(asyncio.Protocol):
    """A WebSocket (RFC 6455) to a server that neither compresses nor fragments."""

    def __init__(self, request, network, hear):
        self._request = request
        self._network = network
        self._hear = hear
        self._buffer = bytearray()
        self._opened = False
        self.ended = asyncio.get_running_loop().create_future()  # the close code
        self.opened = asyncio.get_running_loop().create_future()
        self.transport = None

    def connection_made(self, transport):
        self.transport = transport
        self._network.connections.add(self)
        transport.write(self._request)

    def data_received(self, data):
        self._buffer += data
        if not self._opened:
            head, complete, rest = bytes(self._buffer).partition(b"\r\n\r\n")
            if not complete:
                return
            if b" 101 " not in head.split(b"\r\n", 1)[0]:
                return self.transport.abort()
            self._opened, self._buffer = True, bytearray(rest)
            self.opened.set_result(True)
        while self._take_frame():
            pass

    def _take_frame(self):
        if len(self._buffer) < 2:
            return False
        size, start = self._buffer[1], 2
        if size > 125:
            start = 4 if size == 126 else 10
            size = int.from_bytes(self._buffer[2:start])
        if len(self._buffer) < start + size:
            return False
        opcode, payload = self._buffer[0] & 15, bytes(self._buffer[start : start + size])
        del self._buffer[: start + size]
        if opcode == CLOSE:
            self._end(int.from_bytes(payload[:2]) if payload else 1005)
            self.transport.write(frame(payload[:2], CLOSE))
            self.transport.close()
        elif opcode == PING:
            self.transport.write(frame(payload, PONG))
        elif opcode != PONG:
            self._hear(payload.decode())
        return True

    def send(self, **fields):
        """Send a form as htmx does."""
        fields = {name: str(value) for name, value in fields.items()}
        self.transport.write(frame(json.dumps({"headers": {}, "body": fields}).encode()))

    def vanish(self):
        """Stop without closing, as if the cable were pulled."""
        self.transport.pause_reading()
        self._network.connections.discard(self)
        self._end(LOST)

    def connection_lost(self, error):
        self._network.connections.discard(self)
        self._end(LOST)

    def _end(self, code):
        if not self.ended.done():
            self.ended.set_result(code)
        if not self.opened.done():
            self.opened.set_result(False)


class Browser:
    """A user's page in a room. `port` may change between two connections.

    If `in_sight`, it reports the read position, as a visible page does.
    """

    def __init__(self, cookie, path, port, network, receive_buffer=None, in_sight=False):
        self.page = Page()
        self.codes = []  # how its connections ended
        self.connection = None
        self.port = port
        self.network = network
        self._cookie = cookie
        self._path = path
        self._receive_buffer = receive_buffer
        self._in_sight = in_sight
        self._seen = 0
        self._drafts = deque()
        self._pending = None
        self._task = asyncio.get_running_loop().create_task(self._live())

    def say(self, text):
        """Post `text`; its beginning is the nonce."""
        self._drafts.append(text)
        self._send_next()

    @property
    def has_said_all(self):
        return not self._drafts and self._pending is None

    @property
    def is_connected(self):
        return self.connection is not None and not self.connection.ended.done()

    async def leave(self):
        self._task.cancel()
        await asyncio.wait([self._task])
        if self.connection is not None:
            self.connection.transport.abort()

    async def _live(self):
        while not self.codes or self.codes[-1] in AGAIN:
            try:
                self.codes.append(await self._visit())
            except OSError:
                self.codes.append(LOST)
            await asyncio.sleep(random.uniform(*JITTER))

    async def _visit(self):
        if not self.network.is_up:
            raise OSError("the network is down")
        link = socket.socket()
        link.setblocking(False)
        if self._receive_buffer:
            link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self._receive_buffer)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(link, ("127.0.0.1", self.port))
        request = handshake(self.port, self._path, self._cookie)
        _, connection = await loop.create_connection(
            lambda: Connection(request, self.network, self._hear), sock=link
        )
        if not self.network.is_up:  # it was cut during the handshake
            connection.transport.abort()
        if await connection.opened:
            self.connection = connection
            connection.send(cursor=self.page.cursor)
            if self._pending is not None:
                self._send_pending()
            self._send_next()
        return await connection.ended

    def _send_next(self):
        if self._pending is None and self._drafts and self.is_connected:
            self._pending = self._drafts.popleft()
            self._send_pending()

    def _send_pending(self):
        self.connection.send(body=self._pending, nonce=self._pending[:NONCE])

    def _hear(self, push):
        self.page.take(push)
        if self._pending and self._pending[:NONCE] in self.page.acknowledged[-3:]:
            self._pending = None
            self._send_next()
        if self._in_sight:
            self._see()

    def _see(self):
        newest = max((position for position, _ in self.page.shown.values()), default=0)
        if newest > self._seen:
            self._seen = newest
            self.connection.send(seen=newest)


def talk(browsers, each):
    """Make every browser post `each` messages; return all their texts."""
    said = []
    for number, browser in enumerate(browsers):
        for count in range(each):
            said.append(f"{number}-{count}")
            browser.say(said[-1])
    return said
