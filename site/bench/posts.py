"""Measures durable posts: messages per second that are stored and returned to their posters."""

import time

from bench.fanout import DRAIN, pour, warm_up
from bench.swarm import GATHER, Swarm

WINDOW = 8  # unacknowledged messages per poster


def measure(installation, posters, seconds):
    """Return the posts per second of `posters` at once; raise unless each is stored once."""
    room = installation.make_room()
    with installation.start(room) as target, Swarm(target) as swarm:
        swarm.open(posters)
        warm_up(swarm)
        begun, delivered = time.monotonic(), swarm.delivered
        posted = pour(swarm, seconds, WINDOW * posters, posters, GATHER)
        swarm.wait_for(delivered + posted * posters, DRAIN)
        rate = posted / (swarm.last_delivery - begun)
        last = max(swarm.sent)  # includes the warm-up
        mistakes = swarm.mistakes(last)
    stored = installation.count(room)
    if stored != last or any(mistakes):
        raise RuntimeError(f"{last} posted, {stored} stored, lost/repeated/disordered {mistakes}")
    return rate
