"""A town: the product on one database, with a room, the square, for many users."""

import asyncio
import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import psycopg

from ..servers import ROOT, Server
from .browsers import Browser, Network, until

SEED = Path(__file__).with_name("seed.py")
SQUARE = "/ws/rooms/square/"
MESSAGES = "SELECT id, position, body FROM messaging_message ORDER BY position"


def seed(server, people):
    """Fill the database of `server`; return each user's cookie."""
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--verbosity", "0", "--command", SEED.read_text()],
        cwd=ROOT,
        env=server.environment | {"PEOPLE": str(people)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    line = next(line for line in done.stdout.splitlines() if line.startswith("COOKIES "))
    return json.loads(line.removeprefix("COOKIES "))


class Town:
    """Browsers, one server or several (`add_server`), and their shared database.

    `redis` is the Redis store that the servers share, or None.
    """

    def __init__(self, folder, database, cookies, redis=None, **environment):
        self.folder = folder
        self.redis = redis
        self.database = database
        self.cookies = cookies
        self.network = Network()
        self.browsers = []
        self.servers = []
        self._environment = environment | {"DATABASE_URL": database}
        if redis:
            self._environment["REDIS_URL"] = redis.url
        self._begun = time.monotonic()

    @property
    def server(self):
        return self.servers[0]

    async def add_server(self, **environment):
        """Start another server."""
        folder = self.folder / f"server-{len(self.servers)}"
        folder.mkdir()
        server = Server(folder, **self._environment, **environment)
        self.servers.append(server)
        await asyncio.to_thread(server.start)
        return server

    def arrive(self, count=1, server=None, **options):
        """Open that many browsers, each of a different user; return them."""
        port = (server or self.server).port
        number = len(self.browsers)
        cookies = self.cookies[number : number + count]
        assert len(cookies) == count, f"there are only {len(self.cookies)} people"
        come = [Browser(cookie, SQUARE, port, self.network, **options) for cookie in cookies]
        self.browsers += come
        return come

    async def gather(self, count, seconds=20, **options):
        """Open browsers and wait until all are connected and have received a response."""
        come = self.arrive(count, **options)
        await until(lambda: all(browser.page.taken[1:] for browser in come), seconds)
        return come

    def memory(self):
        """Return the resident memory of the first server's process in KiB."""
        status = Path(f"/proc/{self.server.process.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if "VmRSS" in line)

    def processor_seconds(self):
        """Return the processor time of the first server's process, in seconds."""
        fields = (
            Path(f"/proc/{self.server.process.pid}/stat").read_text().rpartition(")")[2].split()
        )
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stored(self):
        """Return the messages in the database: [(id, position, body)], in order."""
        if self.database.startswith("sqlite"):
            path = self.database.removeprefix("sqlite:///")
            with contextlib.closing(sqlite3.connect(path, timeout=20)) as connection:
                return connection.execute(MESSAGES).fetchall()
        with psycopg.connect(self.database) as connection:
            return connection.execute(MESSAGES).fetchall()

    async def everybody_has_everything(self, texts, seconds=30):
        """Wait until every text is stored once and every page shows them all, in order."""
        texts = sorted(texts)
        limit = time.monotonic() + seconds
        await until(lambda: all(b.has_said_all for b in self.browsers), seconds, self._unsaid)
        stored = await asyncio.to_thread(self.stored)
        assert sorted(body for _, _, body in stored) == texts, (
            f"{len(stored)} stored, {len(set(stored))} of them once, of {len(texts)} sent"
        )
        assert [position for _, position, _ in stored] == list(range(1, len(stored) + 1))
        expected = {pk: (position, body) for pk, position, body in stored}

        def odd():
            return [browser for browser in self.browsers if browser.page.read() != expected]

        await until(
            lambda: not odd(),
            max(1, limit - time.monotonic()),
            lambda: self._report(odd(), expected),
        )
        print(
            f"\n  {len(stored)} of {len(texts)} messages stored once; {len(self.browsers)} of"
            f" {len(self.browsers)} pages show all of them in order;"
            f" {time.monotonic() - self._begun:.1f} s"
        )

    def _unsaid(self):
        waiting = [browser for browser in self.browsers if not browser.has_said_all]
        ends = [(browser.codes, browser.page.refusals[-1:]) for browser in waiting]
        return f"{len(waiting)} browsers wait for an answer; closed with and told: {ends}"

    def _report(self, odd, expected):
        lines = [
            f"{len(odd)} of {len(self.browsers)} pages are not the database ({len(expected)}):"
        ]
        for browser in odd[:5]:
            shown = browser.page.read()
            missing = sorted(expected[pk] for pk in expected.keys() - shown.keys())
            lines.append(
                f"  shows {len(shown)}, misses {missing[:5]}, cursor {browser.page.cursor},"
                f" connected: {browser.is_connected}, codes {browser.codes}"
            )
        return "\n".join([*lines, *(server.log.read_text()[-3000:] for server in self.servers)])

    async def end(self):
        for browser in self.browsers:
            await browser.leave()
        for server in self.servers:
            if server.process.poll() is None:
                server.thaw()
                await asyncio.to_thread(server.kill)


class Quarry:
    """Creates towns on one kind of database, each with a copy of one seeded database."""

    def __init__(self, folder, people, postgresql=None, redis=None):
        self.folder = folder
        self.postgresql = postgresql
        self.redis = redis
        self.count = 0
        database = (
            postgresql.create("seeded") if postgresql else f"sqlite:///{folder}/seeded.sqlite3"
        )
        server = Server(folder, DATABASE_URL=database)
        server.prepare()
        self.cookies = seed(server, people)

    def found(self, redis=None, **environment):
        """Create a town; `redis` is its own Redis store or None."""
        self.count += 1
        folder = self.folder / f"town-{self.count}"
        folder.mkdir()
        if self.postgresql:
            database = self.postgresql.create(f"town_{self.count}", template="seeded")
        else:
            shutil.copy(self.folder / "seeded.sqlite3", folder / "town.sqlite3")
            database = f"sqlite:///{folder}/town.sqlite3"
        return Town(folder, database, self.cookies, redis or self.redis, **environment)


@contextlib.contextmanager
def with_files(quarry, make_folder):
    """Yield a new town with one server, its folder of files and its `temporary` folder."""
    temporary, files = make_folder("temporary"), make_folder("files")
    with with_a_server(quarry, TMPDIR=str(temporary), FILES_URL=f"file://{files}") as town:
        town.temporary, town.files = temporary, files
        yield town


@contextlib.contextmanager
def with_a_server(quarry, **environment):
    """Yield a new town with one server, for tests without an event loop."""
    town = quarry.found(**environment)
    try:
        asyncio.run(town.add_server())
        yield town
    finally:
        asyncio.run(town.end())
