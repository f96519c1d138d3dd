"""Hostile clients with raw connections in threads, and a neighbour that measures their effect."""

import contextlib
import itertools
import socket
import struct
import threading
import time
from pathlib import Path

from bench.frames import CLOSE, PING, PONG, UNMASKED, frame, handshake

MIB = 1024 * 1024
SOON = 1.0  # seconds for most of the neighbour's requests; without a flood below 0.1
LATE = 6.0  # seconds for all of them, on a busy machine
BINARY, CONTINUATION = 2, 0


def header(first, length):
    """Return the header of a masked frame of `length` bytes, up to 125."""
    return bytes([first, 0x80 | length]) + UNMASKED


# The data that a flood repeats, by name.
FRAMES = {
    "empty pings": frame(b"", PING) * 8_000,
    "long pings": frame(bytes(125), PING) * 500,
    "pongs": frame(b"", PONG) * 8_000,
    "closes": frame(b"", CLOSE) * 8_000,
    "empty texts": frame(b"") * 8_000,
    "empty binaries": frame(b"", BINARY) * 8_000,
    "empty fragments": header(1, 0) + header(CONTINUATION, 0) * 8_000,
    "tiny fragments": header(1, 1) + b"x" + (header(CONTINUATION, 1) + b"x") * 7_000,
    "continuations of nothing": header(0x80, 0) * 8_000,
    "tiny texts": frame(b"{}") * 6_000,
    "texts that say how far one has read": frame(b'{"seen":"1"}') * 2_700,
    "long texts": frame(b'{"x": "' + b"x" * 60_000 + b'"}') * 2,
    "binaries": frame(bytes(60_000), BINARY) * 2,
    "pings in the midst of a message": (header(1, 1) + b"x" + frame(b"", PING) * 90) * 80,
    "what is no frame": bytes(range(256)) * 250,
}


class Neighbour:
    """Requests /healthz repeatedly and records the memory of the server's process."""

    def __init__(self, server):
        self.latencies = []
        self.memories = []  # in bytes
        self._server = server
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._ask_on)

    def __enter__(self):
        self.memories.append(memory_of(self._server))
        self._thread.start()
        return self

    def __exit__(self, *error):
        while len(self.latencies) < 3 and self._thread.is_alive():
            time.sleep(0.02)
        self._over.set()
        self._thread.join()

    @property
    def grown(self):
        return max(self.memories) - self.memories[0]

    def _ask_on(self):
        while not self._over.wait(0.02):
            self.latencies.append(latency(self._server.port))
            self.memories.append(memory_of(self._server))

    @property
    def median(self):
        return sorted(self.latencies)[len(self.latencies) // 2]

    @property
    def is_served(self):
        """Return True if the requests were answered in time."""
        return self.median <= SOON and max(self.latencies) <= LATE

    def report(self, what):
        print(
            f"\n  {what}: others p50 {self.median * 1000:.0f} ms,"
            f" most {max(self.latencies) * 1000:.0f} ms; memory +{self.grown / MIB:.1f} MiB"
        )


def latency(port):
    """Return the seconds of one request for /healthz."""
    begun = time.monotonic()
    with socket.create_connection(("127.0.0.1", port), 30) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        assert connection.recv(4096).startswith(b"HTTP/1.1 200"), "the site is not healthy"
    return time.monotonic() - begun


def memory_of(server):
    """Return the resident memory of the server's process, in bytes."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if "VmRSS" in line) * 1024


class Flood:
    """Connections that send `data` endlessly, read nothing, and reconnect if they are closed.

    Each sends `opening` first and, if `is_upgrade`, waits for a response.
    """

    def __init__(self, port, opening, data, connections=4, is_upgrade=False):
        self.sent = 0
        self.cuts = 0
        self._port, self._opening, self._data = port, opening, data
        self._is_upgrade = is_upgrade
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._send_on) for _ in range(connections)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error):
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _send_on(self):
        while not self._over.is_set():
            with contextlib.suppress(OSError):
                self._visit()
            self.cuts += 1
            self._over.wait(0.05)

    def _visit(self):
        with socket.create_connection(("127.0.0.1", self._port), 30) as connection:
            # Drop unsent data with the connection when the flood ends.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.sendall(self._opening)
            if self._is_upgrade:
                connection.recv(4096)
            connection.settimeout(0.5)
            while not self._over.is_set():
                with contextlib.suppress(TimeoutError):
                    self.sent += connection.send(self._data)


def flood_of_frames(port, data, cookie=None, **options):
    """Return a flood of WebSocket frames in the square, by a member or an anonymous client."""
    opening = handshake(port, "/ws/rooms/square/", cookie)
    return Flood(port, opening, data, is_upgrade=True, **options)


def request(path, *headers, method="POST"):
    """Return the head of an HTTP request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *headers, "", ""]
    return "\r\n".join(lines).encode()


def send_and_read(port, *parts, seconds=40, until=None):
    """Send `parts` while the server accepts them; return (status, the whole response).

    Read up to `until`, or until the server closes the connection.
    """
    with socket.create_connection(("127.0.0.1", port), seconds) as connection:
        with contextlib.suppress(ConnectionError):
            for part in itertools.chain(parts):
                connection.sendall(part)
        answer = b""
        while (until is None or until not in answer) and (piece := connection.recv(65536)):
            answer += piece
    return int(answer.split(b" ", 2)[1]), answer


class Held:
    """Connections that send something once and then stay open."""

    def __init__(self):
        self.connections = []

    def open(self, port, data):
        connection = socket.create_connection(("127.0.0.1", port), 30)
        self.connections.append(connection)
        connection.settimeout(5)
        with contextlib.suppress(OSError):
            connection.sendall(data)
        connection.setblocking(False)

    def still_open(self):
        """Return how many the server has not closed; responses are dropped."""
        return sum(not self._is_ended(connection) for connection in self.connections)

    @staticmethod
    def _is_ended(connection):
        try:
            while connection.recv(65536):
                pass
        except BlockingIOError:
            return False
        except OSError:
            pass
        return True

    def close(self):
        for connection in self.connections:
            connection.close()
