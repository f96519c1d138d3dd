"""The load generator: thousands of readers in one epoll loop, without a WebSocket library.

A reader is a socket, or a stream: an HTTP response that does not end.
"""

import gc
import re
import select
import socket
import time

from bench.frames import CLOSE, PING, PONG, frame, handshake, request, scan

POSITION = re.compile(rb'data-position="(\d+)"')
GATHER = 0.0005  # seconds between two polls of the sockets, and the resolution of latencies
SAMPLE = 50  # readers whose latencies are kept


class Reader:
    """A connection that checks what it receives: positions must be first, first + 1, …"""

    def __init__(self, connection, first, is_stream):
        self.connection = connection
        self.is_stream = is_stream
        self.rest = b""
        self.opened = False
        self.first = first
        self.next = first  # all lower positions have arrived
        self.count = 0
        self.ahead = set()  # arrived although a lower one is missing
        self.late = 0  # arrived after a higher one
        self.sampled = False
        self.cause = None  # why it was closed

    def take(self, position):
        self.count += 1
        if position == self.next and not self.ahead:
            self.next += 1
            return
        self.late += position < max(self.ahead, default=self.next)
        if position >= self.next:
            self.ahead.add(position)
        while self.next in self.ahead:
            self.ahead.remove(self.next)
            self.next += 1


class Swarm:
    """The readers of one target, as a context manager that closes them."""

    def __init__(self, target):
        self.target = target
        self.epoll = select.epoll()
        self.readers = []
        self.by_number = {}
        self.opening = 0
        self.delivered = 0
        self.frames = 0
        self.bytes = 0
        self.last_delivery = 0.0
        self.sent = {}  # {position: when it was posted}; latencies are recorded for these
        self.latencies = []
        self.expected = None  # bytes that a push must have, see `expect`
        self.waiting = set()  # the readers that have not got them

    def __enter__(self):
        gc.disable()
        return self

    def __exit__(self, *error):
        for reader in self.by_number.values():
            reader.connection.close()
        self.epoll.close()
        gc.enable()

    def open(self, count, at_once=100, first=1, seconds=180, streams=0):
        """Connect `count` readers, `at_once` at a time; raise if one does not open.

        The last `streams` of them are HTML streams.
        """
        limit = time.monotonic() + seconds
        for number in range(count):
            while self.opening >= at_once and time.monotonic() < limit:
                self.step()
            self.connect(number, first, is_stream=number >= count - streams)
        self.wait(lambda: not self.opening, limit - time.monotonic())
        if not all(reader.opened for reader in self.readers):
            refused = sum(not reader.opened for reader in self.readers)
            raise RuntimeError(f"{self.target.name}: {refused} of {count} readers did not open")
        for reader in self.readers[:: max(1, count // SAMPLE)]:
            reader.sampled = True

    def connect(self, number, first, is_stream):
        target = self.target
        connection = socket.create_connection(("127.0.0.1", target.port), 30)
        cookie = target.cookies[number % len(target.cookies)] if target.cookies else None
        if is_stream:
            connection.sendall(request(target.port, target.stream, cookie))
        else:
            connection.sendall(handshake(target.port, target.path, cookie))
        connection.setblocking(False)
        reader = Reader(connection, first, is_stream)
        self.readers.append(reader)
        self.by_number[connection.fileno()] = reader
        self.epoll.register(connection.fileno(), select.EPOLLIN)
        self.opening += 1

    def post(self, reader, position):
        """Post a message through `reader` that should get `position`."""
        self.send(reader, self.target.compose(position).encode())
        self.sent[position] = time.monotonic()

    def expect(self, expected):
        """Wait in `waiting` for every reader to get a push that contains these bytes."""
        self.expected = expected
        self.waiting = set(self.readers)

    def wait_for(self, deliveries, seconds):
        """Read until that many have arrived in all; return True if they did. See `wait`."""
        return self.wait(lambda: self.delivered >= deliveries, seconds)

    def wait(self, condition, seconds, patience=8):
        """Read until `condition()`; stop after `seconds`, or `patience` seconds of silence."""
        limit = time.monotonic() + seconds
        quiet_since, seen = time.monotonic(), self.bytes
        while not condition():
            self.step()
            now = time.monotonic()
            if self.bytes != seen:
                quiet_since, seen = now, self.bytes
            if now > limit or now - quiet_since > patience:
                return False
        return True

    def step(self, gather=GATHER):
        """Wait `gather` seconds, then read everything that has arrived."""
        if gather:
            time.sleep(gather)
        ready = self.epoll.poll(0.05, max(1, len(self.by_number)))
        now = time.monotonic()
        before = self.delivered
        for number, _ in ready:
            self.receive(self.by_number[number], now)
        if self.delivered != before:
            self.last_delivery = now

    def receive(self, reader, now):
        try:
            data = reader.connection.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            return self.drop(reader)
        self.bytes += len(data)
        if reader.rest:
            data = reader.rest + data
        if not reader.opened:
            data = self.open_reader(reader, data)
        if not reader.opened:
            end, carrying, control = 0, 0, ()
        elif reader.is_stream:  # whole tags: each push is one chunk that begins with a tag
            end, carrying, control = data.rfind(b">") + 1, 1, ()
        else:
            end, carrying, control = scan(data)
        reader.rest = data[end:]
        self.frames += carrying
        for found in POSITION.findall(data, 0, end):
            self.note(reader, int(found), now)
        if self.waiting and data.find(self.expected, 0, end) != -1:
            self.waiting.discard(reader)
        for opcode, payload in control:
            self.answer(reader, opcode, payload)

    def note(self, reader, position, now):
        reader.take(position)
        self.delivered += 1
        if reader.sampled and position in self.sent:
            self.latencies.append(now - self.sent[position])

    def open_reader(self, reader, data):
        """Read the response's head, send the greeting, and return the data after the head."""
        head, complete, rest = data.partition(b"\r\n\r\n")
        if not complete:
            return data
        if (b" 200 " if reader.is_stream else b" 101 ") not in head.split(b"\r\n", 1)[0]:
            self.drop(reader, head.split(b"\r\n", 1)[0])
            return b""
        reader.opened = True
        self.opening -= 1
        if not reader.is_stream and (greeting := self.greeting_of(reader)):
            self.send(reader, greeting.encode())
        return rest

    def greeting_of(self, reader):
        """Return what `reader` sends first, or None."""
        return self.target.greeting

    def answer(self, reader, opcode, payload):
        if opcode == PING:
            self.send(reader, payload, PONG)
        elif opcode == CLOSE:
            self.drop(reader, int.from_bytes(payload[:2]))

    def send(self, reader, payload, opcode=1):
        """Send one frame. A closed reader stays closed and is counted as lost deliveries."""
        if reader.cause is not None:
            return
        try:
            reader.connection.send(frame(payload, opcode))
        except OSError as error:
            self.drop(reader, error)

    def drop(self, reader, cause="the connection ended"):
        if reader.cause is None:
            reader.cause = cause
            self.opening -= not reader.opened
            del self.by_number[reader.connection.fileno()]
            reader.connection.close()

    def mistakes(self, last):
        """Return (lost, repeated, out of order) up to position `last`, summed over all readers."""
        lost = repeated = late = 0
        for reader in self.readers:
            distinct = reader.next - reader.first + len(reader.ahead)
            lost += last - reader.first + 1 - distinct
            repeated += reader.count - distinct
            late += reader.late
        return lost, repeated, max(0, late - repeated)
