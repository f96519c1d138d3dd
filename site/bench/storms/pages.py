"""Measures a thousand people who open a room's page at the same moment."""

import select
import socket
import statistics
import time
from dataclasses import dataclass

from bench.frames import request
from bench.storms import PEOPLE

MESSAGES = 200  # in the room; a page shows the newest
DEADLINE = 120  # seconds


@dataclass
class Pages:
    p50: float  # seconds from all requests to an answer
    p99: float
    memory: float  # MiB at most, above the idle process
    cpu: float  # seconds of the server


def measure(installation, people=PEOPLE):
    """Return the Pages that `people` load at once; raise if an answer is not a room's page."""
    room = installation.make_room(MESSAGES, people=people)
    with installation.start(room) as target:
        load(target, target.cookies[:4])  # the first request compiles the templates
        process = target.process
        idle, used = process.memory(), process.cpu_seconds()
        times = load(target, target.cookies)
        cuts = statistics.quantiles(times, n=100)
        return Pages(
            cuts[49],
            cuts[98],
            (process.peak_memory() - idle) / 1024,
            process.cpu_seconds() - used,
        )


def load(target, cookies):
    """Request the page with each of `cookies`, all at once; return the seconds of each."""
    waiting, epoll = {}, select.epoll()
    for _cookie in cookies:
        connection = socket.create_connection(("127.0.0.1", target.port), 30)
        waiting[connection.fileno()] = (connection, bytearray())
        epoll.register(connection.fileno(), select.EPOLLIN)
    begun, times = time.monotonic(), []
    for (connection, _answer), cookie in zip(waiting.values(), cookies, strict=True):
        connection.sendall(request(target.port, target.page, cookie, "Connection: close"))
        connection.setblocking(False)
    while waiting:
        for number, _event in epoll.poll(1):
            connection, answer = waiting[number]
            data = connection.recv(1 << 18)
            answer += data
            if not data:
                check(answer)
                times.append(time.monotonic() - begun)
                connection.close()
                del waiting[number]
        if time.monotonic() - begun > DEADLINE:
            raise RuntimeError(f"{len(waiting)} of {len(cookies)} pages had not come")
    epoll.close()
    return times


def check(answer):
    """Raise unless `answer` is the whole page of a room."""
    status = answer.split(b"\r\n", 1)[0]
    if b" 200 " not in status or not answer.rstrip().endswith(b"</html>"):
        raise RuntimeError(f"{bytes(status)!r}: {bytes(answer[-300:])!r}")
