"""Measures reactions: many at once to one message, one at a time, and pages full of them."""

import time
from statistics import median, quantiles
from typing import NamedTuple

from bench.fanout import DRAIN
from bench.pages import Visitor
from bench.swarm import Swarm
from bench.systems.product import submit

READERS, REACTORS = 1_000, 500
EMOJI = "👍"
REST = 0.3  # seconds between reactions that come alone: longer than changes are gathered
ALONE = 20
MESSAGES, REACTORS_OF_EACH = 50, 1_000
WARM_UP = 5  # pages that are not measured


class Crowd(NamedTuple):
    """The results of REACTORS people who react at once."""

    seconds: float  # until every reader shows all reactions
    server: float  # milliseconds of the server's processor time for each reaction
    message: float  # milliseconds until all readers had the message that was posted meanwhile
    frames: float  # to one reader
    fragments: float  # of the message, to one reader


class Alone(NamedTuple):
    """Milliseconds from an act to the last reader, when nobody else does anything."""

    reaction_p50: float
    reaction_p99: float
    message_p50: float


def measure(installation):
    """Return Crowd and Alone of a room in which all read and many react; raise if one is lost."""
    room = installation.make_room(1, people=READERS)
    with installation.start(room) as target, Swarm(target) as swarm:
        swarm.open(READERS)
        swarm.wait(lambda: False, seconds=3)  # until all have been greeted
        crowd = react_at_once(swarm, room)
        reactions, messages = [], []
        for number in range(ALONE):
            reactions.append(react_alone(swarm, room, REACTORS + number))
            messages.append(post_alone(swarm, 3 + number))
    cuts = quantiles(reactions, n=100, method="inclusive")
    return crowd, Alone(cuts[49] * 1000, cuts[98] * 1000, median(messages) * 1000)


def react_at_once(swarm, room):
    """React as the first REACTORS readers, and post as the last; wait until all readers show it."""
    process, begun = swarm.target.process, time.monotonic()
    frames, fragments, server = swarm.frames, swarm.delivered, process.cpu_seconds()
    react(swarm, room, 0, REACTORS)
    swarm.post(swarm.readers[-1], 2)
    wait_for_all(swarm)
    seconds, server = time.monotonic() - begun, process.cpu_seconds() - server
    frames, fragments = swarm.frames - frames, swarm.delivered - fragments
    message = max(swarm.latencies) * 1000
    server *= 1000 / REACTORS
    return Crowd(seconds, server, message, frames / READERS, fragments / READERS)


def react(swarm, room, first, count):
    """React as `count` readers from the number `first` on; `wait_for_all` waits for the result."""
    swarm.expect(f' {first + count}"'.encode())  # the end of the button's label
    for reader in swarm.readers[first : first + count]:
        swarm.send(reader, submit(**{f"react:{room['message']}:{EMOJI}": EMOJI}).encode())


def react_alone(swarm, room, number):
    """React as the reader with this number; return the seconds until all readers show it."""
    swarm.wait(lambda: False, seconds=REST)
    begun = time.monotonic()
    react(swarm, room, number, 1)
    wait_for_all(swarm)
    return time.monotonic() - begun


def post_alone(swarm, position):
    """Post a message; return the seconds until all readers have it."""
    swarm.wait(lambda: False, seconds=REST)
    begun = time.monotonic()
    swarm.expect(f'data-position="{position}"'.encode())
    swarm.post(swarm.readers[0], position)
    wait_for_all(swarm)
    return time.monotonic() - begun


def wait_for_all(swarm):
    if not swarm.wait(lambda: not swarm.waiting, 10 * DRAIN):
        raise RuntimeError(f"{len(swarm.waiting)} readers did not get {swarm.expected}")


def measure_page(installation, repetitions):
    """Return the time of a page whose messages have many reactions ÷ that of one without."""
    plain, full = (installation.make_room(MESSAGES) for _ in range(2))
    installation.add_reactions(full, REACTORS_OF_EACH)
    times = ([], [])
    with installation.start(plain) as target:
        targets = [installation.target(target.process, target.port, room) for room in (plain, full)]
        visitors = [Visitor(target.port, each.cookies[0]) for each in targets]
        for repetition in range(WARM_UP + repetitions):
            for which in (0, 1) if repetition % 2 else (1, 0):
                times[which].append(visitors[which].visit(targets[which].page))
        for visitor in visitors:
            visitor.close()
    without, with_reactions = (median(samples[WARM_UP:]) for samples in times)
    return with_reactions / without
