"""How much a server can do: the highest rate of posts at which messages do not come late."""

from typing import NamedTuple

from bench.processes import CORES, SERVER_CORE
from bench.workday import day

LATE = 250  # milliseconds: p99 from post to another screen
RAISED = 1.5
STEPS = 12


class Capacity(NamedTuple):
    """The capacity of one or two web processes. `posts` are a second, of the mix in `people`."""

    posts: float  # the highest rate at which p99 stayed below LATE
    deliveries: float  # messages, edits and reactions a second, at this rate
    per_cpu: float  # deliveries for each second of the servers' processor time, at this rate
    balance: float  # average load of the web processes ÷ load of the busiest


def measure(installation, processes, seconds):
    """Return the Capacity of `processes` web processes; each rate is tried for `seconds`.

    The servers may use as many cores as they are processes. If the machine has no more, the load
    generator and the database compete with them.
    """
    cores = set(CORES[:processes]) or SERVER_CORE
    best = Capacity(0, 0, 0, 1)
    with day.start(installation, cores=cores, WEB_CONCURRENCY=str(processes)) as today:
        today.open()
        for _step in range(STEPS):
            stretch = today.work(seconds)
            if stretch.p99 < LATE:  # not if nothing arrived
                best = capacity_of(stretch, today.people.posts, processes)
                today.people.posts *= RAISED
            elif best.posts:
                break
            else:  # even the first rate was too high
                today.loop.wait(today.people.is_idle, day.SETTLE_SECONDS)
                today.people.posts /= RAISED
        if not best.posts:  # the cost is known all the same
            best = capacity_of(stretch, 0, processes)
        today.settle()
        today.check()
    return best


def capacity_of(stretch, posts, processes):
    cpu = sorted(stretch.cpu)[-processes:]
    deliveries = stretch.deliveries / stretch.seconds
    per_cpu = stretch.deliveries / max(sum(stretch.cpu), 0.01)
    balance = sum(cpu) / processes / max(max(cpu), 0.01)
    return Capacity(posts, deliveries, per_cpu, balance)
