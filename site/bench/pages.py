"""Room pages over HTTP: how many a second, and how long one takes."""

import http.client
import statistics
import threading
import time

CONNECTIONS = 4
MESSAGES = 200  # in the room; a page shows the newest


def measure(installation, seconds):
    """Pages a second over several kept connections, and their p99 in milliseconds."""
    room = installation.make_room(MESSAGES)
    with installation.start(room) as target:
        browse(target, 0.5)  # templates are compiled by the first request
        begun = time.monotonic()
        times = browse(target, seconds)
        rate = len(times) / (time.monotonic() - begun)
    return rate, statistics.quantiles(times, n=100)[98] * 1000


def browse(target, seconds):
    """Ask for the page again and again on every connection; give the seconds that each one took."""
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
    """A logged-in browser's connection."""

    def __init__(self, port, cookie):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.headers = {"Cookie": cookie}

    def visit(self, path):
        """Read the page at `path`; give the seconds it took, raise unless it is a room."""
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
