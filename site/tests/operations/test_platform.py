"""The Procfile on a platform: two web processes and a worker, PostgreSQL, Redis and TLS."""

import asyncio
import json
import re
import socket
import subprocess
import sys
import time
from contextlib import suppress

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from bench.frames import frame, handshake

from ..servers import ROOT
from .host import NAME, trusting

POSITION = re.compile(r'data-position="(\d+)"')
CURSOR = re.compile(r'id="cursor"[^>]*value="(\d+)"')
SENT = re.compile(r'data-sent="([^"]+)"')
READERS = 1_000
CONNECTIONS = 20  # to each store, on a small plan


@pytest.fixture(scope="module")
def room(host):
    """A room with four members: its slug and their cookies."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.systems.product_data", "0"],
        cwd=ROOT / "site",
        env=host.server.environment
        | {"PYTHONPATH": f"{ROOT}:{ROOT / 'site'}", "DJANGO_SETTINGS_MODULE": "tertulia.settings"},
        text=True,
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


class Page:
    """A simulated page: it catches up, posts, and retries posts without an acknowledgement.

    It has all messages from before it was opened; `seen` has the positions received since.
    """

    def __init__(self, host, room, number):
        self.address = f"wss://{NAME}/ws/rooms/{room['slug']}/"
        self.port = host.port
        self.headers = {"Cookie": room["cookies"][number]}
        self.number = number
        self.cursor = host.answer("SELECT revision FROM rooms_room")
        self.seen = set()
        self.posted = 0
        self.waiting = {}
        self.connections = 0
        self.socket = None

    async def live(self):
        """Stay connected, as htmx does, until cancelled."""
        while True:
            with suppress(OSError, WebSocketException):
                async with connect(
                    self.address,
                    host="127.0.0.1",
                    port=self.port,
                    ssl=trusting(),
                    origin=f"https://{NAME}",
                    additional_headers=self.headers,
                    compression=None,
                ) as self.socket:
                    self.connections += 1
                    for fields in ({"cursor": str(self.cursor)}, *self.waiting.values()):
                        await self.socket.send(json.dumps({"body": fields}))
                    async for html in self.socket:
                        self.take(html)
            self.socket = None
            await asyncio.sleep(0.2)

    def take(self, html):
        self.seen.update(map(int, POSITION.findall(html)))
        for cursor in CURSOR.findall(html):
            self.cursor = int(cursor)
        for nonce in SENT.findall(html):
            self.waiting.pop(nonce, None)

    async def post(self, text):
        self.posted += 1
        nonce = f"nonce-{self.number}-{self.posted}-{time.monotonic_ns()}"
        self.waiting[nonce] = {"body": text, "nonce": nonce}
        if self.socket is not None:
            with suppress(WebSocketException):  # the post is sent again
                await self.socket.send(json.dumps({"body": self.waiting[nonce]}))

    async def post_on(self):
        while True:
            await self.post(f"Message {self.posted} of {self.number}")
            await asyncio.sleep(0.05)


async def until(condition, seconds=15):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come true"
        await asyncio.sleep(0.05)


async def all_arrived(pages, before):
    """Wait until every page has each message after position `before` exactly once."""
    await until(lambda: not any(page.waiting for page in pages))
    count = sum(page.posted for page in pages)
    await until(lambda: all(len(page.seen) >= count for page in pages))
    expected = set(range(before + 1, before + count + 1))
    assert [page.seen for page in pages] == [expected] * len(pages)


def test_a_page_comes_over_tls_and_never_without(host, room):
    response = host.get("/", Cookie=room["cookies"][0])
    assert (response.status, response.getheader("Strict-Transport-Security")[:16]) == (
        200,
        "max-age=31536000",
    )
    with socket.create_connection(("127.0.0.1", host.web[0].port)) as plain:
        plain.sendall(f"GET /people/ HTTP/1.0\r\nHost: {NAME}\r\n\r\n".encode())
        assert f"location: https://{NAME}/people/" in plain.recv(4096).decode().lower()


def test_people_talk_through_different_processes(host, room):
    before = host.answer("SELECT last_position FROM rooms_room")

    async def talk():
        pages = [Page(host, room, number) for number in range(2)]
        tasks = [asyncio.create_task(page.live()) for page in pages]
        await until(lambda: all(page.socket for page in pages))
        await until(lambda: host.processes_with_readers() == 2)
        await by_redis(pages, before)
        await ended(tasks)

    asyncio.run(talk())


async def by_redis(pages, before):
    """Post until four messages in a row arrive sooner than by the safety query."""
    deadline, quick = time.monotonic() + 30, 0
    while quick < 4:
        begun = time.monotonic()
        await pages[pages[0].posted > pages[1].posted].post("Hello")
        await all_arrived(pages, before)
        quick = quick + 1 if time.monotonic() - begun < 0.6 else 0
        assert time.monotonic() < deadline, "the processes do not hear each other"


async def ended(tasks):
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def test_every_process_tells_of_itself(host):
    told = {'tertulia_processes{kind="web"} 2.0', 'tertulia_processes{kind="worker"} 1.0'}
    deadline = time.monotonic() + 20  # the worker may still be starting
    while not told <= set(host.get("/metrics", Authorization="Bearer token").text.splitlines()):
        assert time.monotonic() < deadline, host.get("/metrics", Authorization="Bearer token").text
        time.sleep(0.2)


def test_a_rolling_restart_under_load_loses_nothing(host, room, capsys):
    before = host.answer("SELECT last_position FROM rooms_room")

    async def restart():
        pages = [Page(host, room, number) for number in range(4)]
        lives = [asyncio.create_task(page.live()) for page in pages]
        await until(lambda: all(page.socket for page in pages))
        posts = [asyncio.create_task(page.post_on()) for page in pages]
        seconds = [await asyncio.to_thread(process.restart) for process in host.processes]
        await asyncio.sleep(0.5)
        await ended(posts)
        await all_arrived(pages, before)
        await ended(lives)
        return sum(page.posted for page in pages), seconds, [page.connections for page in pages]

    posted, seconds, connections = asyncio.run(restart())
    assert max(connections) > 1
    with capsys.disabled():
        ends = ", ".join(f"{time:.1f}" for time in seconds)
        print(f"\n{posted} messages during a rolling restart; processes ended in {ends} s")
    assert max(host.connections()) <= CONNECTIONS


def test_a_thousand_readers_fit_into_a_small_machine(host, room, capsys):
    asyncio.run(until(lambda: host.answer("SELECT count(*) FROM rooms_presence") == 0))
    at_rest = {process.name: process.memory() for process in host.processes}
    sockets = [opened(host.web[number % 2].port, room, number) for number in range(READERS)]
    for reader in sockets:
        assert reader.recv(1024).startswith(b"HTTP/1.1 101")
    deadline = time.monotonic() + 30
    while host.answer("SELECT count(*) FROM rooms_presence") < READERS:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    with_readers = {process.name: process.memory() for process in host.processes}
    to_database, to_redis = host.connections()
    for reader in sockets:
        reader.close()
    with capsys.disabled():
        print(f"\nMiB at rest: {at_rest}; with {READERS} readers: {with_readers}")
        print(f"connections: {to_database} to the database, {to_redis} to Redis")
    assert max(to_database, to_redis) <= CONNECTIONS
    assert max(with_readers.values()) < 256


def opened(port, room, number):
    """Open a reader's socket directly to a web process and wait until it has caught up."""
    cookie = room["cookies"][number % len(room["cookies"])]
    request = handshake(port, f"/ws/rooms/{room['slug']}/", cookie)
    request = request.replace(f"127.0.0.1:{port}".encode(), NAME.encode())
    request = request.replace(b"Origin: http:", b"X-Forwarded-Proto: https\r\nOrigin: https:")
    reader = socket.create_connection(("127.0.0.1", port))
    cursor = {"body": {"cursor": str(room["revision"] + 100_000)}}
    reader.sendall(request + frame(json.dumps(cursor).encode()))
    return reader
