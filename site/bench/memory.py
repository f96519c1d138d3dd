"""Measures the resident memory of one process: at rest, and with ten thousand open sockets."""

import time

from bench.fanout import warm_up
from bench.swarm import Swarm

PEOPLE = 100  # whose pages they are
REST_SECONDS = 3  # after the start, for the tasks that begin then
OPEN_SECONDS = 600


def measure(installation, readers):
    """Return (MiB at rest, MiB with that many sockets, which have all received a message)."""
    room = installation.make_room(people=PEOPLE)
    with installation.start(room) as target, Swarm(target) as swarm:
        time.sleep(REST_SECONDS)
        idle = target.process.memory()
        swarm.open(readers, seconds=OPEN_SECONDS)
        warm_up(swarm)
        if swarm.delivered < 2 * readers:
            raise RuntimeError(f"{2 * readers - swarm.delivered} messages did not arrive")
        return idle / 1024, target.process.memory() / 1024
