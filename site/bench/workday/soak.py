"""An hour of the workday: the memory must not grow, and nothing may stay behind in the evening."""

import time
import urllib.request

from bench.workday import day, trees

TOKEN = "bench"
STORED_SECONDS = 12  # after which the figures of a process in `/metrics` are new
EMPTY_SECONDS = 60  # for streams and sockets to end, and their presence
WARM_UP = 60  # seconds of work after which threads and connections have been made
PART = 6  # the memory is compared with that after a sixth of the time
SPARE = 16  # threads, tasks and files that may be more, as pools fill only when they are needed
GAUGES = ("readers", "posts_waiting", "threads", "asyncio_tasks", "open_files")
GAUGES += ("database_connections",)


def measure(installation, minutes, posts):
    """Yield (figure, value) of a day of `minutes`; raise if something leaked."""
    with day.start(installation, posts, METRICS_TOKEN=TOKEN) as today:
        today.open()
        today.work(min(WARM_UP, minutes * 60 / PART))
        today.settle()
        evening(today)
        before = gauges(today)
        today.open()
        today.work(minutes * 60 / PART)
        early = trees.memory(today.pid)
        stretch = today.work(minutes * 60 * (1 - 1 / PART))
        late = trees.memory(today.pid)
        today.settle()
        evening(today)
        after = gauges(today)
        today.check()
    what = f"soak of {minutes:g} min, {posts:g} posts/s"
    yield f"{what}, MiB at the end ÷ after {minutes / PART:g} min", late / early
    yield f"{what}, MiB at the end", late
    yield f"{what}, p99 ms to another screen", stretch.p99
    for name, value in after.items():
        yield f"{what}, {name} left when all have gone", value - before.get(name, 0)
    if leaks := leaks_of(before, after):
        raise RuntimeError(f"leaked: {leaks}")


def leaks_of(before, after):
    """Return {gauge: (before, after)} of those that have grown by more than SPARE.

    Readers and waiting posts must be none.
    """
    leaks = {}
    for name, value in after.items():
        most = 0 if name in ("readers", "posts_waiting") else before.get(name, 0) + SPARE
        if value > most:
            leaks[name] = (before.get(name, 0), value)
    return leaks


def evening(today):
    """Close all connections, and wait until the server has noticed and updated its figures."""
    today.leave()
    limit = time.monotonic() + EMPTY_SECONDS
    time.sleep(STORED_SECONDS)
    while gauges(today)["readers"] and time.monotonic() < limit:
        time.sleep(1)


def gauges(today):
    """Return the sums of GAUGES over all processes, from /metrics, and the open files by /proc."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{today.target.port}/metrics",
        headers={"Authorization": f"Bearer {TOKEN}"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        lines = answer.read().decode().splitlines()
    figures = {}
    for line in lines:
        name = line.partition("{")[0].removeprefix("tertulia_")
        if name in GAUGES:
            figures[name] = figures.get(name, 0) + float(line.rpartition(" ")[2])
    return figures | {"files by /proc": trees.open_files(today.pid)}
