"""Measures a reconnect storm: a thousand readers that missed messages reconnect at once."""

import time

from bench.swarm import Swarm

READERS = 1_000
HISTORY, MISSED = 40, 20


def measure(installation, readers=READERS):
    """Return the seconds until all `readers` have caught up; raise if one lacks a message."""
    room = installation.make_room(HISTORY, people=readers)
    with installation.start(room) as served:
        target = installation.target(served.process, served.port, room, MISSED)
        with Swarm(target) as swarm:
            begun = time.monotonic()
            swarm.open(readers, at_once=readers, first=HISTORY - MISSED + 1)
            swarm.wait_for(readers * MISSED, 60)
            mistakes = swarm.mistakes(HISTORY)
            if any(mistakes):
                raise RuntimeError(f"lost, repeated, out of order: {mistakes}")
            return swarm.last_delivery - begun
