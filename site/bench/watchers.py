"""Measures what people elsewhere cost, whose lists of rooms show the numbers of a busy room."""

from dataclasses import replace
from statistics import fmean

from bench.fanout import Fanout, burst, latencies, warm_up
from bench.swarm import Swarm

READERS, WATCHERS = 200, 1_000


def measure(installation, seconds):
    """Return (deliveries/s, p50 in ms) to the readers of a room, alone and with watchers.

    Every watcher is another person, who belongs to the room and reads another one.
    """
    room = installation.make_room(people=READERS + WATCHERS)
    other = installation.make_room(people=1)
    with installation.start(room) as target:
        elsewhere = installation.target(target.process, target.port, other)
        readers = replace(target, cookies=target.cookies[:READERS])
        watchers = replace(elsewhere, cookies=target.cookies[READERS:])
        with Swarm(readers) as swarm:
            swarm.open(READERS)
            warm_up(swarm)
            before = _figures(swarm, seconds)
            with Swarm(watchers) as crowd:
                crowd.open(WATCHERS)
                crowd.wait(lambda: False, seconds=3)  # until they have been greeted
                beside = _figures(swarm, seconds)
            after = _figures(swarm, seconds)
    alone = tuple(fmean(pair) for pair in zip(before, after, strict=True))
    return alone, beside


def _figures(swarm, seconds):
    result = Fanout("", len(swarm.readers))
    burst(swarm, seconds, result)
    p50, _p99 = latencies(swarm, seconds / 2)
    return result.rate, p50
