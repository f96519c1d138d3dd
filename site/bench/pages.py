"""Measures room pages over HTTP: pages per second, their latency, and that of an unchanged page."""

import http.client
import statistics
import threading
import time

CONNECTIONS = 4
MESSAGES = 200  # in the room; a page shows the newest
KEEPS_PAGES = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36"


def measure(installation, seconds):
    """Return the pages per second over several keep-alive connections, and two times in ms.

    The times are the p99 of these pages, and the p50 of a 304 for a page that has not changed.
    """
    room = installation.make_room(MESSAGES)
    with installation.start(room) as target:
        browse(target, 0.5)  # the first request compiles the templates
        begun = time.monotonic()
        times = browse(target, seconds)
        rate = len(times) / (time.monotonic() - begun)
        unchanged = ask_again(target, seconds / 2)
    return rate, statistics.quantiles(times, n=100)[98] * 1000, statistics.median(unchanged) * 1000


def ask_again(target, seconds):
    """Ask for a kept page repeatedly; return the seconds of each request."""
    visitor = Visitor(target.port, target.cookies[0])
    visitor.keep(target.page)
    limit, times = time.monotonic() + seconds, []
    while time.monotonic() < limit:
        times.append(visitor.visit(target.page))
    visitor.close()
    return times


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
        """Read the page at `path` and return the seconds it took; raise if it is not a room.

        If the page is kept, raise unless it has not changed.
        """
        begun = time.perf_counter()
        answer, body = self.get(path)
        elapsed = time.perf_counter() - begun
        if "If-None-Match" in self.headers:
            is_right = answer.status == 304
        else:
            is_right = answer.status == 200 and b'id="messages"' in body
        if not is_right:
            raise RuntimeError(f"{answer.status} {answer.reason}: {body[:300]!r}")
        return elapsed

    def keep(self, path):
        """Keep the page at `path`, with its cookies, as a browser that asks before it shows it."""
        self.headers["User-Agent"] = KEEPS_PAGES
        for _attempt in range(2):  # the first answer sets a cookie, on which the second depends
            answer, _body = self.get(path)
            for cookie in answer.headers.get_all("Set-Cookie", []):
                self.headers["Cookie"] += f"; {cookie.partition(';')[0]}"
        self.headers["If-None-Match"] = answer.headers["ETag"]

    def get(self, path):
        """Return (the answer, its body)."""
        self.connection.request("GET", path, headers=self.headers)
        answer = self.connection.getresponse()
        return answer, answer.read()

    def close(self):
        self.connection.close()
