"""Measures a restart: a thousand people come back at once, and each has missed messages."""

import time
from dataclasses import dataclass

from bench.storms import PEOPLE
from bench.swarm import Swarm
from bench.systems.product import submit

HISTORY, POSTED = 40, 20  # messages before the restart, and during it
LEFT_EARLIER = 10  # some had been away for as many messages before it


@dataclass
class Restart:
    """The cost from the first connection that the port accepts until everybody has caught up."""

    seconds: float
    cpu: float  # seconds of the server


class Returning(Swarm):
    """Readers whose cursors differ: some had gone before the restart."""

    def connect(self, number, first, is_stream):
        super().connect(number, first - number % LEFT_EARLIER, is_stream)

    def greeting_of(self, reader):
        return submit(cursor=str(reader.first - 1))


def measure(installation, people=PEOPLE):
    """Return the Restart of a server to which `people` were connected.

    Raise if one lacks a message, or has one twice or out of order.
    """
    room = installation.make_room(HISTORY, people=people)
    with installation.start(room) as target, Swarm(target) as swarm:
        swarm.open(people)
        swarm.wait(lambda: False, seconds=2)  # until they are present, and greeted
    installation.post(room, POSTED)
    with installation.start(room) as target, Returning(target) as swarm:
        begun, used = time.monotonic(), target.process.cpu_seconds()
        swarm.open(people, at_once=people, first=HISTORY + 1)
        missed = sum(HISTORY + POSTED + 1 - reader.first for reader in swarm.readers)
        swarm.wait_for(missed, 60)
        used = target.process.cpu_seconds() - used
        mistakes = swarm.mistakes(HISTORY + POSTED)
        if any(mistakes):
            raise RuntimeError(f"lost, repeated, out of order: {mistakes}")
        return Restart(swarm.last_delivery - begun, used)
