"""Runs a workday, and compares what every screen has shown with the database."""

import gc
import json
import random
import statistics
import sys
import time
from contextlib import contextmanager
from functools import partial
from typing import NamedTuple

from bench.workday import trees
from bench.workday.connections import Loop, Stream
from bench.workday.data import OLD_MESSAGES, ZIPF
from bench.workday.people import People, Person, Room
from bench.workday.screens import Screen, Tally

SOCKETS, STREAMS = 1_000, 100
POSTS = 40  # a second
AT_ONCE = 50  # connections that are opened together
OPEN_SECONDS = 180  # for all to open
SETTLE_SECONDS = 120  # for what is under way to arrive at the end
DATA = [sys.executable, "-m", "bench.workday.data"]


class Stretch(NamedTuple):
    """The results of a part of a day. Latencies are in milliseconds."""

    seconds: float
    posts: int
    deliveries: int
    p50: float  # from post to another screen
    p99: float
    page_p50: float
    page_p99: float
    cpu: list  # seconds of processor time of each of the server's processes
    generator: float  # its share of a core
    late: float  # p99 of how late the generator was with an act


class Day:
    """A running server with everybody at work. `target` is a Target."""

    def __init__(self, installation, target, plan, loop, posts):
        self.installation, self.target, self.loop = installation, target, loop
        self.tally = loop.tally
        self.rooms = [Room(slug) for slug in plan["rooms"]]
        self.persons = [Person(each["cookie"], each["rooms"]) for each in plan["people"]]
        self.people = People(loop, self.rooms, posts)
        self.streams = []

    @property
    def pid(self):
        return self.target.process.child.pid

    def open(self):
        """Open all sockets and streams, in rooms that their people are in."""
        truth, chance = self.truth(), random.Random(2)
        for number in range(SOCKETS + STREAMS):
            person = self.persons[number % len(self.persons)]
            rank = chance.choices(person.rooms, [ZIPF[rank] for rank in person.rooms])[0]
            room = self.rooms[rank]
            if number < SOCKETS:
                last, revision = truth[room.slug]["last"], truth[room.slug]["revision"]
                self.people.open(person, room, last, revision)
            else:
                screen = Screen(room, self.tally, None, float("inf"))
                self.streams.append(Stream(self.loop, person, screen))
            if number % AT_ONCE == 0:
                self.loop.wait(partial(self.has_opened, number), 30)
        if not self.loop.wait(self.is_open, OPEN_SECONDS):
            live = len(self.people.sockets)
            raise RuntimeError(f"not everybody could come: {live} sockets are live")

    def has_opened(self, number):
        return len(self.people.sockets) >= min(number, SOCKETS) - 1

    def is_open(self):
        opened = all(stream.screen.last is not None for stream in self.streams)
        return len(self.people.sockets) == SOCKETS and opened

    def work(self, seconds):
        """Work for `seconds` and return a Stretch."""
        tally, people = self.tally, self.people
        for samples in (tally.latencies, people.pages, people.late):
            del samples[:]
        before, number = trees.cpu_seconds(self.pid), people.number
        deliveries, generator = tally.counts["deliveries"], time.process_time()
        begun = time.monotonic()
        people.work(seconds)
        elapsed = time.monotonic() - begun
        after = trees.cpu_seconds(self.pid)
        p50, p99 = milliseconds(tally.latencies)
        return Stretch(
            elapsed,
            people.number - number,
            tally.counts["deliveries"] - deliveries,
            p50,
            p99,
            *milliseconds(people.pages),
            [after[pid] - before.get(pid, 0) for pid in after],
            (time.process_time() - generator) / elapsed,
            milliseconds(people.late)[1],
        )

    def settle(self):
        """Wait until everything has been answered and has arrived everywhere; count mistakes."""
        if not self.loop.wait(self.people.is_idle, SETTLE_SECONDS):
            self.tally.errors["posts without an answer"] += len(self.people.waiting)
            self.tally.errors["requests without an answer"] += self.people.asked
        truth = self.truth()
        self.loop.wait(lambda: self.has_arrived(truth), SETTLE_SECONDS)
        self.loop.wait(lambda: False, 1)  # for what would come twice
        self.loop.wait(lambda: self.has_arrived(truth), 30)  # a stream may just begin again
        for screen in self.screens():
            screen.compare(truth[screen.room.slug])

    def has_arrived(self, truth):
        """Return True if everybody is at work, and every screen shows everything."""
        if len(self.people.sockets) < SOCKETS:
            return False
        return all(screen.is_at(truth[screen.room.slug]) for screen in self.screens())

    def screens(self):
        return [each.screen for each in [*self.people.sockets, *self.streams]]

    def check(self):
        """Raise if anything was lost, repeated, out of order or stale, or went wrong."""
        counts = self.tally.counts
        wrong = {name: counts[name] for name in ("lost", "repeated", "disordered", "stale")}
        if tracebacks := self.target.process.errors():
            self.tally.errors["tracebacks"] = tracebacks
        if any(wrong.values()) or self.tally.errors:
            raise RuntimeError(f"workday: {wrong}, errors: {dict(self.tally.errors)}")

    def leave(self):
        """Close all connections, as people do in the evening."""
        for socket in list(self.people.sockets):
            self.people.gone(socket)
            socket.leave()
        for stream in self.streams:
            stream.close()
        self.streams.clear()

    def truth(self):
        return json.loads(self.installation.run(*DATA, "truth", *(r.slug for r in self.rooms)))


def milliseconds(samples):
    """Return p50 and p99 of `samples`, in seconds, as milliseconds."""
    if len(samples) < 2:
        return float("nan"), float("nan")
    cuts = statistics.quantiles(samples, n=100)
    return cuts[49] * 1000, cuts[98] * 1000


def plan(installation):
    """Create the people and rooms of a day; return what `data` prints."""
    return json.loads(installation.run(*DATA, "make"))


@contextmanager
def start(installation, posts=POSTS, **options):
    """Start the server and a new Day, before anybody has come."""
    planned = plan(installation)
    room = {"slug": planned["rooms"][0], "revision": OLD_MESSAGES, "cookies": []}
    gc.disable()
    try:
        with installation.start(room, **options) as target, Loop(target.port, Tally()) as loop:
            yield Day(installation, target, planned, loop, posts)
    finally:
        gc.enable()
