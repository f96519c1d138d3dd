"""Durable posts: how many messages a second are stored and come back to those who posted them."""

import time

from bench.fanout import DRAIN, pour, warm_up
from bench.swarm import GATHER, Swarm

WINDOW = 8  # messages each poster may have under way


def measure(installation, posters, seconds):
    """Posts a second with `posters` at once; raise when the database has not stored each once."""
    room = installation.make_room()
    with installation.start(room) as target, Swarm(target) as swarm:
        swarm.open(posters)
        warm_up(swarm)
        begun, delivered = time.monotonic(), swarm.delivered
        posted = pour(swarm, seconds, WINDOW * posters, posters, GATHER)
        swarm.wait_for(delivered + posted * posters, DRAIN)
        rate = posted / (swarm.last_delivery - begun)
        last = max(swarm.sent)  # with those of the warm-up
        mistakes = swarm.mistakes(last)
    stored = installation.count(room)
    if stored != last or any(mistakes):
        raise RuntimeError(f"{last} posted, {stored} stored, lost/repeated/disordered {mistakes}")
    return rate
