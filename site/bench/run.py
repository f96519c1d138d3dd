"""Runs the rounds, in which every system takes its turn at every measurement."""

import sys
from functools import partial
from statistics import median

from bench import (
    fanout,
    files,
    imports,
    memory,
    million,
    pages,
    posts,
    pushes,
    reactions,
    search,
    watchers,
)
from bench import switch as switches
from bench import workday as workdays
from bench.storms import PEOPLE, restart
from bench.storms import pages as pages_at_once
from bench.systems import bare, node_ws, product, stock, stores
from bench.workday import soak as soaks

PARTS = [
    *("fanout", "streams", "posts", "pages", "million", "storm", "watchers", "reactions"),
    *("search", "files", "pushes", "import", "switch", "workday", "memory"),
]
ASKED_FOR = ["soak"]  # parts that are measured only if they are named

STREAM_READERS = 1_000


class Run:
    """The systems to measure on this machine, and their results."""

    def __init__(self, options, stack, folder):
        self.options, self.folder = options, folder
        self.fanouts = []  # a list of Fanout per round
        self.figures = {}  # {(figure, system): [a value per round]}
        self.failures = []
        self.long_rooms = {}  # by installation
        self.redis = stack.enter_context(stores.redis(folder))
        self.installations = list(self.install(stack.enter_context(stores.postgresql(folder))))
        is_wanted = "fanout" in options.only and self.is_wanted(node_ws.NAME)
        self.has_node = is_wanted and self.attempt("preparing", node_ws.NAME, node_ws.prepare)

    def install(self, postgresql):
        """Prepare the product on each available database."""
        databases = {"SQLite": (f"sqlite:///{self.folder / 'bench.sqlite3'}", None)}
        if postgresql and self.redis:
            databases["PostgreSQL + Redis"] = (postgresql, self.redis)
        else:
            self.fail("Redis or PostgreSQL is not installed: what needs them is left out")
        if not product.is_there():
            self.fail("the product is not there: only the others are measured")
            return
        for database, (address, redis) in databases.items():
            name = f"Tertulia, {database}"
            if self.is_wanted(name):
                installation = product.Installation(name, address, redis, self.folder)
                if self.attempt("preparing", name, installation.prepare):
                    yield installation

    def is_wanted(self, name):
        return any(part in name for part in self.options.systems.split(","))

    def fail(self, sentence):
        self.failures.append(sentence)
        say(f"bench: {sentence}")

    def all_rounds(self):
        for number in range(1, self.options.rounds + 1):
            say(f"round {number} of {self.options.rounds}")
            self.fanouts.append([])
            if "fanout" in self.options.only:
                self.fan_out()
            for part in self.options.only:
                for installation in self.installations:
                    if part != "fanout":
                        self.attempt(part, installation.name, self.measurement(part), installation)

    def measurement(self, part):
        """Return the method that measures `part`; the name of one is a word of Python."""
        return getattr(self, "import_" if part == "import" else part)

    def attempt(self, part, system, measure, *arguments):
        """Run a measurement; print and record a failure, and go on with the others."""
        say(f"  {part}: {system}")
        try:
            return measure(*arguments)
        except (RuntimeError, OSError) as error:
            self.fail(f"{part}, {system}: {error}")
            return None

    def fan_out(self):
        """Measure the product first, so that the others send messages of the same length."""
        for readers in self.options.readers:
            size = 600
            for installation in self.installations:
                start = partial(start_in_new_room, installation)
                if result := self.fan_out_once(installation.name, start, readers):
                    size = round(result.message_bytes) - 4  # without the frame's header
            for name, start in self.baselines(size).items():
                if self.is_wanted(name):
                    self.fan_out_once(name, start, readers)

    def baselines(self, size):
        """Return {name: how to start it} of the other systems, with messages of `size` bytes."""
        starts = {"bare uvicorn": partial(bare.start, size, self.folder)}
        if self.has_node:
            starts[node_ws.NAME] = partial(node_ws.start, size, self.folder)
        for name in stock.LAYERS:
            if self.redis or "Redis" not in name:
                starts[name] = partial(stock.start, name, self.redis, size, self.folder)
        return starts

    def fan_out_once(self, name, start, readers):
        part, seconds = f"fan-out to {readers:,}", self.options.seconds
        result = self.attempt(part, name, fanout.measure, start, readers, seconds)
        if result:
            self.fanouts[-1].append(result)
        return result

    def note(self, figure, installation, value):
        self.figures.setdefault((figure, installation.name), []).append(value)

    def streams(self, installation):
        """Compare half the readers by HTML stream with all readers by socket."""
        alone, mixed = (
            fanout.measure(
                partial(start_in_new_room, installation, people=STREAM_READERS // 4),
                STREAM_READERS,
                self.options.seconds,
                streams=streams,
            )
            for streams in (0, STREAM_READERS // 2)
        )
        for result in (alone, mixed):
            wrong = (result.lost, result.repeated, result.disordered, result.errors)
            if any(wrong):
                raise RuntimeError(f"lost, repeated, out of order, errors: {wrong}")
        half = f"{STREAM_READERS // 2:,}"
        what = f"{half} frames + {half} sockets"
        self.note(f"{what}, deliveries/s", installation, mixed.rate)
        self.note(f"{what} ÷ {STREAM_READERS:,} sockets", installation, mixed.rate / alone.rate)
        ratio = mixed.rate_a_cpu / alone.rate_a_cpu
        self.note(f"{what} ÷ {STREAM_READERS:,} sockets, a CPU second", installation, ratio)
        self.note(f"{STREAM_READERS:,} sockets, KiB each", installation, alone.memory)
        of_streams = 2 * mixed.memory - alone.memory  # the other half are sockets
        self.note(f"{half} frames beside {half} sockets, KiB each", installation, of_streams)

    def posts(self, installation):
        for posters in (1, 4):
            rate = posts.measure(installation, posters, self.options.seconds)
            self.note(f"posts/s, one process, {posters} posting", installation, rate)

    def pages(self, installation):
        rate, p99, unchanged = pages.measure(installation, self.options.seconds)
        self.note(f"room pages/s, {pages.CONNECTIONS} connections", installation, rate)
        self.note("room pages, p99 ms", installation, p99)
        self.note("unchanged room page (304), p50 ms", installation, unchanged)

    def million(self, installation):
        if installation.name not in self.long_rooms:
            lengths = (million.SHORT, self.options.long_room)
            self.long_rooms[installation.name] = [installation.make_room(n) for n in lengths]
        rooms, repetitions = self.long_rooms[installation.name], self.options.repetitions
        for action, ratio in million.measure(installation, *rooms, repetitions).items():
            self.note(f"{self.options.long_room:,} ÷ 1,000 messages, {action}", installation, ratio)

    def storm(self, installation):
        back = restart.measure(installation)
        crowd = f"{PEOPLE:,} back after a restart"
        self.note(f"{crowd}, s until caught up", installation, back.seconds)
        self.note(f"{crowd}, server CPU s", installation, back.cpu)
        loaded = pages_at_once.measure(installation)
        crowd = f"{PEOPLE:,} pages at once"
        self.note(f"{crowd}, p50 s", installation, loaded.p50)
        self.note(f"{crowd}, p99 s", installation, loaded.p99)
        self.note(f"{crowd}, MiB", installation, loaded.memory)
        self.note(f"{crowd}, server CPU s", installation, loaded.cpu)

    def watchers(self, installation):
        (rate, _p50), (beside, p50) = watchers.measure(installation, self.options.seconds)
        crowd = f"{watchers.READERS} readers, {watchers.WATCHERS:,} watchers elsewhere"
        self.note(f"{crowd} ÷ none, deliveries/s", installation, beside / rate)
        self.note(f"{crowd}, p50 ms", installation, p50)

    def reactions(self, installation):
        crowd, alone = reactions.measure(installation)
        what = f"{reactions.REACTORS} reactions at once, {reactions.READERS:,} readers"
        self.note(f"{what}, s until all show them", installation, crowd.seconds)
        self.note(f"{what}, server ms each", installation, crowd.server)
        self.note(f"{what}, ms for a message among them", installation, crowd.message)
        self.note(f"{what}, frames a reader", installation, crowd.frames)
        self.note(
            f"{what}, fragments a reader and s", installation, crowd.fragments / crowd.seconds
        )
        to_all = f"to {reactions.READERS:,} readers"
        self.note(f"one reaction, p99 ms {to_all}", installation, alone.reaction_p99)
        ratio = alone.reaction_p50 / alone.message_p50
        self.note(f"one reaction ÷ one message {to_all}, p50", installation, ratio)
        ratio = reactions.measure_page(installation, self.options.repetitions)
        what = f"room page, {reactions.REACTORS_OF_EACH:,} reactions a message ÷ none"
        self.note(what, installation, ratio)

    def search(self, installation):
        """Measure once, because filling a database takes minutes; the values are medians."""
        messages = self.options.long_room
        if not any(name == installation.name and "search, " in what for what, name in self.figures):
            for figure, value in search.measure(installation, messages).items():
                self.note(f"{messages:,} messages, {figure}", installation, value)

    def files(self, installation):
        for figure, value in files.measure(installation):
            self.note(figure, installation, value)
        ratio = files.measure_page(installation, self.options.repetitions)
        self.note(f"room page, {files.PICTURES} pictures ÷ none", installation, ratio)

    def pushes(self, installation):
        for figure, value in pushes.measure(installation):
            self.note(figure, installation, value)

    def memory(self, installation):
        readers = self.options.crowd
        idle, full = memory.measure(installation, readers)
        self.note("process at rest, MiB", installation, idle)
        self.note(f"process with {readers:,} sockets, MiB", installation, full)
        self.note(f"{readers:,} sockets, KiB each", installation, (full - idle) * 1024 / readers)

    def switch(self, installation):
        result = switches.measure(installation)
        what = f"room switch, CPU {switches.THROTTLING} × slower"
        self.note(f"{what}, p50 ms from click to painted", installation, result.p50)
        self.note(f"{what}, p90 ms from click to painted", installation, result.p90)
        self.note(f"{what}, p50 ms to the first byte", installation, median(result.first_byte))
        self.note(f"{what}, pages of the server", installation, result.pages)

    def import_(self, installation):
        for figure, value in imports.measure(installation, self.options.imported):
            self.note(figure, installation, value)

    def workday(self, installation):
        """Measure a day in the first round only: it is long, and has thousands of posts."""
        if len(self.fanouts) > 1:
            return
        for figure, value in workdays.measure(
            installation, self.options.minutes * 60, self.options.rate
        ):
            self.note(figure, installation, value)
        if installation.redis:
            for figure, value in workdays.measure_capacity(installation):
                self.note(figure, installation, value)

    def soak(self, installation):
        for figure, value in soaks.measure(installation, self.options.minutes, self.options.rate):
            self.note(figure, installation, value)


def start_in_new_room(installation, **room):
    return installation.start(installation.make_room(**room))


def say(words):
    print(words, file=sys.stderr, flush=True)
