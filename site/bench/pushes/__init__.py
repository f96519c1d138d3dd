"""Measures pushes to devices: how long a thousand take, and how posts and pages fare meanwhile.

The web process sends them itself, as it does without a worker.
"""

import time
from statistics import median, quantiles

from bench.fanout import latencies, warm_up
from bench.pages import Visitor
from bench.swarm import Swarm

from .service import PushService

DEVICES = 1_000
SERVICE_SECONDS = 0.2
PATIENCE = 120
ALONE_SECONDS = 5
PRODUCT = "bench.pushes.service:application"


def measure(installation):
    """Yield (figure, value)."""
    crowd, elsewhere = installation.make_room(people=DEVICES + 1), installation.make_room()
    installation.add_devices(crowd)
    with (
        PushService(installation.folder, SERVICE_SECONDS) as service,
        installation.start(crowd, PRODUCT, **service.environment) as target,
        Swarm(target) as caller,
        Swarm(installation.target(target.process, target.port, elsewhere)) as swarm,
    ):
        caller.open(1)
        swarm.open(1)
        warm_up(swarm)
        alone = watch(swarm, lambda begun: time.monotonic() - begun < ALONE_SECONDS)
        begun = time.monotonic()
        caller.post(caller.readers[0], 1)
        while not service.count and time.monotonic() - begun < PATIENCE:
            swarm.step()
        among = watch(swarm, lambda _begun: service.count < DEVICES)
        seconds = time.monotonic() - begun
        if service.count != DEVICES:
            raise RuntimeError(f"{service.count} pushes arrived")
    what = f"{DEVICES:,} pushes"
    yield f"{what}, s until all have arrived", seconds
    for name, alone_times, times in zip(("a post", "a page"), alone, among, strict=True):
        yield f"{name} among {what}, p50 ms", median(times)
        yield f"{name} among {what}, p99 ms", quantiles(times, n=100)[98]
        yield f"{name} among {what} ÷ without, p50", median(times) / median(alone_times)


def watch(swarm, is_going_on):
    """Post and read the room in turn while `is_going_on(begun)`; return both lists of ms."""
    posts, pages, begun = [], [], time.monotonic()
    cookie = swarm.target.cookies[0]
    while is_going_on(begun) and time.monotonic() - begun < PATIENCE:
        latencies(swarm, seconds=PATIENCE, most=3)
        posts += [seconds * 1000 for seconds in swarm.latencies]
        visitor = Visitor(swarm.target.port, cookie)
        pages.append(visitor.visit(swarm.target.page) * 1000)
        visitor.close()
        time.sleep(0.02)
    return posts, pages
