"""Measures fan-out: one user posts, and all readers get the message."""

import statistics
import time
from dataclasses import dataclass

from bench.swarm import Swarm

DRAIN = 20  # seconds to wait for messages in transit
GATHER = 0.004  # seconds between two polls of the sockets in a burst, to spare the generator
REST = 9  # seconds after which a process has given back what it used for a moment
ENOUGH = 0.95  # of the readers: if fewer are open, their memory says little
FIRST_STREAMS = 48  # after which all threads that draw pages have what they keep


@dataclass
class Fanout:
    """The results of one system with one number of readers in one round."""

    system: str
    readers: int
    rate: float = 0.0  # deliveries a second
    rate_a_cpu: float = 0.0  # deliveries a second of the server's processor time
    p50: float = 0.0  # milliseconds from post to reader, one message at a time
    p99: float = 0.0
    memory: float = 0.0  # KiB a reader, after the burst
    messages_a_frame: float = 0.0
    message_bytes: float = 0.0
    lost: int = 0
    repeated: int = 0
    disordered: int = 0
    errors: int = 0  # tracebacks in the server's log
    server_busy: float = 0.0  # share of the wall clock
    generator_busy: float = 0.0


def measure(start, readers, seconds, streams=None):
    """Start a system, give it `readers`, post for `seconds`, then one message at a time.

    `streams` of the readers are HTML streams instead of sockets. If it is given, also as 0, the
    memory is that of a process at rest, beyond what it keeps after its first pages.
    """
    compares_memory = streams is not None
    with start() as target, Swarm(target) as swarm:
        if compares_memory:
            draw_first_pages(target)
        idle = target.process.memory()
        swarm.open(readers, streams=streams or 0)
        result = Fanout(target.name, readers)
        warm_up(swarm)
        burst(swarm, seconds, result)
        result.memory = (target.process.memory() - idle) / readers
        result.p50, result.p99 = latencies(swarm, seconds / 2)
        posted = max(swarm.sent)
        result.lost, result.repeated, result.disordered = swarm.mistakes(posted)
        result.errors = target.process.errors()
        if compares_memory:
            swarm.wait(lambda: False, REST, patience=REST)
            result.memory = (target.process.memory() - idle) / those_open(swarm)
    return result


def those_open(swarm):
    """Return how many readers are open still: streams end by themselves. Raise if too few are."""
    number = sum(reader.cause is None for reader in swarm.readers)
    if number < ENOUGH * len(swarm.readers):
        raise RuntimeError(f"only {number} of {len(swarm.readers)} readers are open still")
    return number


def draw_first_pages(target):
    """Open some streams, each of which begins with a page, and close them."""
    with Swarm(target) as swarm:
        swarm.open(FIRST_STREAMS, streams=FIRST_STREAMS)
    time.sleep(REST)


def warm_up(swarm, messages=2):
    """Wait until every reader has seen a message, so that all are connected at the start."""
    for position in range(1, messages + 1):
        swarm.post(swarm.readers[0], position)
        swarm.wait_for(position * len(swarm.readers), DRAIN)


def burst(swarm, seconds, result):
    """Post as fast as the first reader receives the messages; fill in rates and shares."""
    readers, window = len(swarm.readers), max(4, 8000 // len(swarm.readers))
    delivered, frames, size = swarm.delivered, swarm.frames, swarm.bytes
    process = swarm.target.process
    server, generator, begun = process.cpu_seconds(), time.process_time(), time.monotonic()
    posted = pour(swarm, seconds, window)
    swarm.wait_for(delivered + posted * readers, DRAIN)
    elapsed, delivered = swarm.last_delivery - begun, swarm.delivered - delivered
    server, generator = process.cpu_seconds() - server, time.process_time() - generator
    wall = time.monotonic() - begun
    result.rate, result.rate_a_cpu = delivered / elapsed, delivered / max(server, 0.01)
    result.server_busy, result.generator_busy = server / wall, generator / wall
    result.messages_a_frame = delivered / max(1, swarm.frames - frames)
    result.message_bytes = (swarm.bytes - size) / max(1, delivered)


def pour(swarm, seconds, window, posters=1, gather=GATHER):
    """Post for `seconds` from the first `posters` readers in turn; return the number of posts.

    The first reader lags at most `window` messages behind; `gather` is the pause of `Swarm.step`.
    """
    observer, posted = swarm.readers[0], 0
    seen, base, begun = observer.count, max(swarm.sent, default=0), time.monotonic()
    while time.monotonic() - begun < seconds:
        while posted - (observer.count - seen) < window:
            posted += 1
            swarm.post(swarm.readers[posted % posters], base + posted)
        swarm.step(gather)
    return posted


def latencies(swarm, seconds, least=3, most=50):
    """Post each message after all readers have the last; return p50 and p99 in milliseconds."""
    swarm.latencies.clear()
    begun, posted = time.monotonic(), 0
    while posted < least or (posted < most and time.monotonic() - begun < seconds):
        posted, everybody = posted + 1, swarm.delivered + len(swarm.readers)
        swarm.post(swarm.readers[0], max(swarm.sent) + 1)
        if not swarm.wait_for(everybody, DRAIN):
            break
    if len(swarm.latencies) < 2:
        return float("nan"), float("nan")
    cuts = statistics.quantiles(swarm.latencies, n=100)
    return cuts[49] * 1000, cuts[98] * 1000
