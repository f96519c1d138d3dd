"""Compares a long room with a short one in one database: both should take the same time."""

import time
from contextlib import ExitStack
from statistics import median

from bench.pages import Visitor
from bench.swarm import Swarm

SHORT = 1_000
WARM_UP = 5  # repetitions that are not measured


def measure(installation, short, long, repetitions):
    """Return for each action the median ratio of its time in `long` to that in `short`."""
    times = {"open": ([], []), "page": ([], []), "post": ([], [])}
    with ExitStack() as stack:
        target = stack.enter_context(installation.start(short))
        visits = [Visits(installation, target, room, stack) for room in (short, long)]
        for repetition in range(WARM_UP + repetitions):
            order = (0, 1) if repetition % 2 else (1, 0)
            for action, samples in times.items():
                for which in order:
                    samples[which].append(getattr(visits[which], action)())
    return {
        action: median(in_long[WARM_UP:]) / median(in_short[WARM_UP:])
        for action, (in_short, in_long) in times.items()
    }


class Visits:
    """A user's actions in one room; each returns the seconds it took."""

    def __init__(self, installation, target, room, stack):
        self.target = installation.target(target.process, target.port, room)
        self.room, self.middle = room, room["last_position"] // 2
        self.visitor = Visitor(target.port, room["cookies"][0])
        stack.callback(self.visitor.close)
        self.swarm = stack.enter_context(Swarm(self.target))
        self.swarm.open(1, first=room["last_position"] + 1)

    def open(self):
        return self.visitor.visit(self.target.page)

    def page(self):
        return self.visitor.visit(f"{self.target.page}?before={self.middle}")

    def post(self):
        self.room["last_position"] += 1
        self.room["revision"] += 1
        begun, reader = time.perf_counter(), self.swarm.readers[0]
        self.swarm.post(reader, self.room["last_position"])
        while reader.next <= self.room["last_position"]:
            self.swarm.step(gather=0)
            if time.perf_counter() - begun > 10:
                raise RuntimeError(f"{self.target.path}: the message never came back")
        return time.perf_counter() - begun
