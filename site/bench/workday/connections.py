"""The connections of a workday in one epoll loop: sockets, HTML streams, and single requests."""

import select
import socket
import time

from bench.frames import CLOSE, PING, PONG, frame, handshake, request, scan
from bench.systems.product import submit
from bench.workday.screens import PATCH_HEAD

GATHER = 0.001  # seconds between two polls, and the resolution of latencies
GOING_AWAY = (1001).to_bytes(2)  # how a browser closes a socket when it leaves a page
LAST = "Connection: close"  # each request but a socket's has a connection of its own


class Loop:
    """Waits for all connections of this process, as a context manager that closes them."""

    def __init__(self, port, tally):
        self.port, self.tally = port, tally
        self.epoll = select.epoll()
        self.connections = {}

    def __enter__(self):
        return self

    def __exit__(self, *error):
        for connection in list(self.connections.values()):
            connection.close()
        self.epoll.close()

    def step(self, gather=GATHER):
        """Wait `gather` seconds, then read everything that has arrived."""
        time.sleep(gather)
        ready = self.epoll.poll(0.01, max(1, len(self.connections)))
        now = time.monotonic()
        for number, _events in ready:
            connection = self.connections.get(number)
            if connection is not None:
                connection.receive(now)

    def wait(self, condition, seconds):
        """Read until `condition()` is true, for at most `seconds`; return True if it was."""
        limit = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > limit:
                return False
            self.step()
        return True


class Connection:
    """A TCP connection that sends `head`, a request, and reads its answer."""

    kind = ""

    def __init__(self, loop, head):
        self.loop = loop
        self.rest = b""
        self.has_answer = False  # the head of the answer has arrived
        self.connect(head)

    def connect(self, head):
        loop, self.is_open = self.loop, True
        self.connection = socket.create_connection(("127.0.0.1", loop.port), 30)
        self.connection.sendall(head)
        self.connection.setblocking(False)
        self.number = self.connection.fileno()
        loop.connections[self.number] = self
        loop.epoll.register(self.number, select.EPOLLIN)

    def receive(self, now):
        try:
            data = self.connection.recv(262_144)
        except BlockingIOError:
            return
        except OSError as error:
            return self.end(str(error))
        if not data:
            return self.end("the connection ended")
        self.take(self.rest + data if self.rest else data, now)

    def take(self, data, now):
        """Read `data`, the rest of the last time and what has arrived since."""
        raise NotImplementedError

    def status_of(self, data):
        """Return (status, what follows the head), or (None, data) if the head is incomplete."""
        head, is_whole, rest = data.partition(b"\r\n\r\n")
        return (head[9:12], rest) if is_whole else (None, data)

    def end(self, cause):
        """Close it, as an error unless it has been closed here."""
        if self.is_open:
            self.loop.tally.errors[f"{self.kind}: {cause}"] += 1
            self.close()

    def close(self):
        if self.is_open:
            self.is_open = False
            del self.loop.connections[self.number]
            self.connection.close()


class Socket(Connection):
    """The socket of a person's page; `listener` is told what became of its posts."""

    kind = "socket"

    def __init__(self, loop, person, screen, listener):
        self.person, self.screen, self.listener = person, screen, listener
        self.is_live = False  # its page has got what it had missed
        self.seen = screen.last  # the last position that it has reported as read
        path = f"/ws/rooms/{screen.room.slug}/"
        super().__init__(loop, handshake(loop.port, path, person.cookie))

    def take(self, data, now):
        if not self.has_answer:
            status, data = self.status_of(data)
            self.has_answer = status is not None
            if status not in (None, b"101"):
                return self.end(f"handshake answered {status.decode()}")
            if not self.has_answer:
                self.rest = data
                return
            self.send(submit(cursor=str(self.screen.revision)).encode())
        end, carrying, control = scan(data)
        self.rest = data[end:]
        if carrying:
            self.loop.tally.counts["pushes"] += carrying
            self.take_pushes(data, end, now)
        for opcode, payload in control:
            if opcode == PING:
                self.send(payload, PONG)
            elif opcode == CLOSE:
                return self.end(f"closed with {int.from_bytes(payload[:2])}")

    def take_pushes(self, data, end, now):
        before = self.screen.revision
        self.screen.take_push(data, end, now)
        if not self.is_live and (self.screen.revision > before or b'id="cursor"' in data):
            self.is_live = True
            self.listener.arrived(self)
        for name, told in ((b'data-sent="', "stored"), (b'data-refused="', "refused")):
            at = data.find(name, 0, end)
            while at != -1:
                start = at + len(name)
                getattr(self.listener, told)(data[start : data.find(b'"', start, end)].decode())
                at = data.find(name, start, end)
        at = data.find(b'id="act-errors"', 0, end)
        if at != -1 and not data.startswith(b"</p>", data.find(b">", at, end) + 1):
            self.loop.tally.errors["an act was refused"] += 1

    def send(self, payload, opcode=1):
        if not self.is_open:
            return
        try:
            self.connection.send(frame(payload, opcode))
        except OSError as error:
            self.end(str(error))

    def leave(self):
        """Close it as a browser does that goes to another page."""
        self.send(GOING_AWAY, CLOSE)
        self.close()


class Stream(Connection):
    """The HTML stream of a room, which is requested again whenever it ends, as browsers do."""

    kind = "stream"

    def __init__(self, loop, person, screen):
        self.screen = screen
        self.shown = b""  # the end of what has arrived, which may be a part of a fragment
        self.head = request(loop.port, f"/rooms/{screen.room.slug}/live/", person.cookie, LAST)
        super().__init__(loop, self.head)

    def take(self, data, now):
        if not self.has_answer:
            status, data = self.status_of(data)
            self.has_answer = status is not None
            if status not in (None, b"200"):
                return self.end(f"answered {status.decode()}")
        if not self.has_answer:
            self.rest = data
            return
        chunks, is_last, self.rest = unchunked(data)
        data = self.shown + chunks
        taken = self.screen.take_page(data, len(data), now)
        begun = data.find(b"<article", taken)
        self.shown = data[max(0, (len(data) if begun == -1 else begun) - PATCH_HEAD) :]
        if is_last:
            self.again()

    def again(self):
        self.rest, self.shown, self.has_answer = b"", b"", False
        self.screen.begin()
        self.close()
        self.connect(self.head)


def unchunked(data):
    """Return (the content of the whole chunks in `data`, True if it ends there, the rest).

    https://www.rfc-editor.org/rfc/rfc9112#section-7.1
    """
    content, start = [], 0
    while (stop := data.find(b"\r\n", start)) != -1:
        size, body = int(data[start:stop], 16), stop + 2
        if body + size + 2 > len(data):
            break
        if not size:
            return b"".join(content), True, b""
        content.append(data[body : body + size])
        start = body + size + 2
    return b"".join(content), False, data[start:]


class Exchange(Connection):
    """One request and its answer; calls `then(status, body)`."""

    kind = "page"

    def __init__(self, loop, head, then):
        self.then = then
        super().__init__(loop, head)

    def take(self, data, now):
        self.rest = data

    def end(self, cause):
        if not self.is_open:
            return
        status, body = self.status_of(self.rest)
        if status is None:
            return super().end(cause)
        self.close()
        self.then(int(status), body)
