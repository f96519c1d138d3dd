"""Measures room pages over HTTP: pages per second and their latency."""

import http.client
import statistics
import threading
import time

CONNECTIONS = 4
MESSAGES = 200  # in the room; a page shows the newest


def measure(installation, seconds):
    """Return the pages per second over several keep-alive connections, and the p99 in ms."""
    room = installation.make_room(MESSAGES)
    with installation.start(room) as target:
        browse(target, 0.5)  # the first request compiles the templates
        begun = time.monotonic()
        times = browse(target, seconds)
        rate = len(times) / (time.monotonic() - begun)
    return rate, statistics.quantiles(times, n=100)[98] * 1000


def browse(target, seconds):
    """Request the page repeatedly on every connection; return the seconds of each request."""
    times, failures = [], []

    def one(cookie):
        visitor = Visitor(target.port, cookie)
        limit = time.monotonic() + seconds
        try:
            while time.monotonic() < limit:
                times.append(visitor.visit(target.page))
        except (OSError, RuntimeError, http.client.HTTPException) as error:
            failures.append(error)
        visitor.close()

    threads = [
        threading.Thread(target=one, args=[target.cookies[number % len(target.cookies)]])
        for number in range(CONNECTIONS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise RuntimeError(f"{target.page}: {failures[0]}")
    return times


class Visitor:
    """The connection of a logged-in browser."""

    def __init__(self, port, cookie):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.headers = {"Cookie": cookie}

    def visit(self, path):
        """Read the page at `path` and return the seconds it took; raise if it is not a room."""
        begun = time.perf_counter()
        self.connection.request("GET", path, headers=self.headers)
        answer = self.connection.getresponse()
        body = answer.read()
        elapsed = time.perf_counter() - begun
        if answer.status != 200 or b'id="messages"' not in body:
            raise RuntimeError(f"{answer.status} {answer.reason}: {body[:300]!r}")
        return elapsed

    def close(self):
        self.connection.close()
