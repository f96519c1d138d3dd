"""A workday: 500 people with 1,000 sockets and 100 streams in 200 rooms, of which few are busy.

They post 40 messages a second by default, type, read, edit, react, and go from room to room. Every
screen checks that it gets each message once and in order, and in the end it is compared with the
database.
"""

from bench.processes import CORES
from bench.workday import capacity, day, trees

TRIED_SECONDS = 8  # each rate of the capacity's search
ENOUGH_CORES = 4  # for two servers, the database and the generator


def measure(installation, seconds, posts):
    """Yield (figure, value) of `seconds` with `posts` a second; raise if anything was wrong."""
    with day.start(installation, posts) as today:
        today.open()
        stretch = today.work(seconds)
        memory = trees.memory(today.pid)
        today.settle()
        today.check()
    what = f"workday, {posts:g} posts/s"
    yield f"{what}, p50 ms to another screen", stretch.p50
    yield f"{what}, p99 ms to another screen", stretch.p99
    yield f"{what}, room page p50 ms", stretch.page_p50
    yield f"{what}, room page p99 ms", stretch.page_p99
    yield f"{what}, share of a core", sum(stretch.cpu) / stretch.seconds
    yield f"{what}, server ms a post", 1000 * sum(stretch.cpu) / max(1, stretch.posts)
    yield f"{what}, deliveries per CPU s", stretch.deliveries / max(0.01, sum(stretch.cpu))
    yield f"{what}, MiB at the end", memory
    yield f"{what}, generator's share of a core", stretch.generator
    yield f"{what}, generator late p99 ms", stretch.late


def measure_capacity(installation):
    """Yield (figure, value) of one web process, and of two beside it.

    With fewer than ENOUGH_CORES the generator and the database take from what two processes have.
    So the figure that counts there is by processor time: twice what one second of it delivers, less
    what an uneven share of the load costs.
    """
    one, two = (capacity.measure(installation, count, TRIED_SECONDS) for count in (1, 2))
    yield "capacity of one process, posts/s", one.posts
    yield "capacity of one process, deliveries per CPU s", one.per_cpu
    yield "capacity of two processes, deliveries per CPU s", two.per_cpu
    yield "two processes, average load ÷ the busiest", two.balance
    ratio = 2 * two.balance * two.per_cpu / max(one.per_cpu, 0.01)
    yield "capacity of two processes ÷ one, by processor time", ratio
    others = "" if len(CORES) >= ENOUGH_CORES else ", which share cores with the generator"
    yield f"capacity of two processes{others}, posts/s", two.posts
