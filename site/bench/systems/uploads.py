"""The client of `bench.files`: sends and reads files, and watches the server meanwhile.

`python -m bench.systems.uploads <port>` requests a small file again and again until its input
ends, and prints the longest wait: in a process of its own, because threads wait for each other.
"""

import http.client
import re
import select
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

BOUNDARY = "a-boundary-of-the-bench"
CLOSING = f"\r\n--{BOUNDARY}--\r\n".encode()
PIECE = 64 * 1024
PROBE = "/static/icon.svg"  # answered by the event loop itself
MIB = 1024 * 1024
SITE = Path(__file__).resolve().parents[2]


class Watch:
    """While it lasts: how much the server's memory grows, and how long its event loop is held."""

    def __init__(self, target):
        self._target = target
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._measure)
        self._probe = None
        self.memories, self.held = [target.process.memory()], 0  # KiB; milliseconds

    def __enter__(self):
        command = [sys.executable, "-m", "bench.systems.uploads", str(self._target.port)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self._probe = subprocess.Popen(command, text=True, cwd=SITE, **pipes)
        self._probe.stdout.readline()  # it has begun
        self._thread.start()
        return self

    def __exit__(self, *error):
        self._over.set()
        self._thread.join()
        self.held = float(self._probe.communicate()[0]) * 1000

    @property
    def grown(self):
        """The most memory above that at the beginning, in MiB."""
        return (max(self.memories) - self.memories[0]) / 1024

    def _measure(self):
        while not self._over.wait(0.01):
            self.memories.append(self._target.process.memory())


class Member:
    """A logged-in person who sends files to the room of `target`."""

    def __init__(self, target, cookie):
        self.target, self.cookie, self.sent = target, cookie, 0
        with self._answer("GET", target.page) as answer:
            page = answer.read()
            csrf = answer.headers["Set-Cookie"].split(";")[0]
        self.token = re.search(rb'name="csrfmiddlewaretoken" value="(\w+)"', page)[1].decode()
        self.cookie = f"{cookie}; {csrf}"

    def send(self, name, content):
        """Send a message with a file; return the seconds that it took."""
        self.sent += 1
        nonce = f"{id(self)}-{self.sent}"
        fields = {"csrfmiddlewaretoken": self.token, "nonce": nonce, "body": ""}
        parts = [
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
            for key, value in fields.items()
        ]
        file = f'form-data; name="files"; filename="{name}"'
        parts.append(f"--{BOUNDARY}\r\nContent-Disposition: {file}\r\n\r\n")
        body = b"".join([*(part.encode() for part in parts), content, CLOSING])
        headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        begun = time.perf_counter()
        with self._answer("POST", f"{self.target.page}messages/", body, headers) as answer:
            if answer.status != 303:
                raise RuntimeError(f"{name}: {answer.status} {answer.read()[:300]!r}")
        return time.perf_counter() - begun

    def addresses(self):
        """Return the addresses of the files on the room's page."""
        with self._answer("GET", self.target.page) as answer:
            return re.findall(rb'href="(/files/[^"]+)"', answer.read())

    def read(self, address, pause=0.0, seconds=60.0):
        """Read a file; return (seconds to the first byte, bytes per second)."""
        begun, size = time.perf_counter(), 0
        with self._answer("GET", address.decode()) as answer:
            if answer.status != 200:
                raise RuntimeError(f"{address!r}: {answer.status}")
            first = None
            while (piece := answer.read(PIECE)) and time.perf_counter() - begun < seconds:
                first = first or time.perf_counter() - begun
                size += len(piece)
                time.sleep(pause)
        return first, size / (time.perf_counter() - begun)

    def _answer(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.target.port, timeout=60)
        connection.request(
            method, path, body, {"Cookie": self.cookie, "Connection": "close"} | (headers or {})
        )
        return connection.getresponse()


def at_once(function, argumentss):
    """Call `function` with each of the tuples of arguments in a thread of its own; return all."""
    results, errors = [], []

    def call(arguments):
        try:
            results.append(function(*arguments))
        except Exception as error:  # a thread's error would be lost
            errors.append(error)

    threads = [threading.Thread(target=call, args=[arguments]) for arguments in argumentss]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise RuntimeError(str(errors[0])) from errors[0]
    return results


def unfinished(port, count, size):
    """Begin the forms of `count` strangers, without their last byte; return the connections."""
    head = (
        "POST /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {size + 1}\r\n\r\n"
    )
    sources = [(f"127.0.0.{1 + number % 4}", 0) for number in range(count)]
    connections = [socket.create_connection(("127.0.0.1", port), 30, each) for each in sources]
    for connection in connections:
        connection.sendall(head.encode() + b"x" * size)
        time.sleep(0.01)  # all at once would measure the machine
    return connections


def longest_wait(port):
    """Return the longest wait for an answer, in seconds, until the input of this process ends."""
    connection, longest = http.client.HTTPConnection("127.0.0.1", port, timeout=30), 0.0
    while not select.select([sys.stdin], [], [], 0.002)[0]:
        begun = time.perf_counter()
        connection.request("GET", PROBE)
        connection.getresponse().read()
        if not longest:
            print("begun", flush=True)
        longest = max(longest, time.perf_counter() - begun)
    return longest


if __name__ == "__main__":
    print(longest_wait(int(sys.argv[1])))
