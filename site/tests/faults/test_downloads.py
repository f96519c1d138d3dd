"""Downloads from a real server: slow readers, those that go, and a deploy meanwhile."""

import contextlib
import http.client
import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from .floods import MIB, SOON, Neighbour, request
from .test_uploads import beginning_of, head, left_over, stored, token_of, upload
from .towns import with_files

READERS = 20
SIZE = 50 * MIB
GRACE_SECONDS = 10  # uvicorn's, in the Procfile
SLACK = 8  # on a busy machine


@pytest.fixture(scope="module")
def town(on_sqlite, tmp_path_factory):
    with with_files(on_sqlite, tmp_path_factory.mktemp) as town:
        assert upload(town, 0, SIZE)[0] == 303
        room = get(town, "/rooms/square/", 0)[1].decode()
        town.path = re.search(r'href="(/files/[^"]+/a\.bin)"', room)[1]
        yield town


def get(town, path, number, **headers):
    """Return (status, content) of a page or file for a member."""
    connection = http.client.HTTPConnection("127.0.0.1", town.server.port, timeout=30)
    connection.request("GET", path, headers={"Cookie": town.cookies[number], **headers})
    answer = connection.getresponse()
    with contextlib.closing(connection):
        return answer.status, answer.read()


class Reader:
    """Asks for the file as a member and takes little of it at a time."""

    def __init__(self, town, number):
        self.connection = socket.socket()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 32 * 1024)
        self.connection.settimeout(30)
        self.connection.connect(("127.0.0.1", town.server.port))
        cookie = f"Cookie: {town.cookies[number]}"
        self.connection.sendall(request(town.path, cookie, method="GET"))
        self.taken = b""

    def take(self):
        """Take a little; return False at the end."""
        piece = self.connection.recv(16 * 1024)
        self.taken += piece
        return bool(piece)

    @property
    def content(self):
        return self.taken.partition(b"\r\n\r\n")[2]


@pytest.fixture
def readers(town):
    """Return a function that opens that many Readers, all of whom have taken the beginning."""
    opened = []

    def come(count):
        new = [Reader(town, number % 5) for number in range(count)]
        opened.extend(new)
        for reader in new:
            assert reader.take() and reader.taken.startswith(b"HTTP/1.1 200 ")
        return new

    yield come
    for reader in opened:
        reader.connection.close()


def open_in(folder, town):
    """Return the files in a folder that the server has open."""
    found = []
    for handle in Path(f"/proc/{town.server.process.pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            found.append(str(handle.readlink()))
    return [path for path in found if path.startswith(str(folder))]


def wait_for(condition, seconds=20):
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.02)


def warm_up(town):
    """Ask for little from each thread of the server, so that each has its connection and caches."""
    with ThreadPoolExecutor(READERS) as threads:
        for path in [town.path, "/rooms/square/"] * READERS:
            threads.submit(get, town, path, 5, Range="bytes=0-9")


def median_seconds(town, path):
    """Return the middle of the times in which a page is answered."""
    times = []
    for number in range(5):
        begun = time.monotonic()
        assert get(town, path, 10 + number)[0] == 200
        times.append(time.monotonic() - begun)
    return sorted(times)[2]


def test_slow_readers_take_no_memory_and_delay_nobody(town, readers):
    warm_up(town)
    for reader in readers(READERS):
        reader.connection.close()  # threads and buffers of the server stay
    with Neighbour(town.server) as neighbour:
        slow = readers(READERS)
        wait_for(lambda: len(open_in(town.files, town)) == READERS)
        for _round in range(40):
            for reader in slow:
                assert reader.take()
        seconds = median_seconds(town, "/rooms/square/")
        assert len(open_in(town.files, town)) == READERS
    neighbour.report(f"{READERS} slow readers, a page in {seconds * 1000:.0f} ms")
    assert neighbour.grown <= 16 * MIB
    assert neighbour.is_served and seconds <= SOON
    assert min(len(reader.content) for reader in slow) > 64 * 1024


def test_when_readers_go_their_files_are_closed(town, readers):
    for reader in readers(READERS):
        reader.connection.close()
    wait_for(lambda: open_in(town.files, town) == [])


def test_a_whole_download_is_the_file_and_closed(town):
    status, content = get(town, town.path, 1)
    assert (status, content == bytes(SIZE)) == (200, True)
    wait_for(lambda: open_in(town.files, town) == [])


def end(server):
    """End the server as a deploy does; return the seconds that it took."""
    begun = time.monotonic()
    server.stop(within=GRACE_SECONDS + SLACK)
    return time.monotonic() - begun


def test_a_deploy_during_a_download_ends_it_and_it_can_go_on_later(town, readers):
    [reader] = readers(1)
    took = end(town.server)
    print(f"\n  the process ended {took:.1f} s after SIGTERM, during a download")
    with contextlib.suppress(ConnectionError):
        while reader.take():
            pass
    taken = len(reader.content)
    assert 0 < taken < SIZE  # fewer than Content-Length says, so that the client notices
    assert "Traceback" not in town.server.log.read_text()
    town.server.start()
    status, rest = get(town, town.path, 0, Range=f"bytes={taken}-")
    assert (status, len(rest)) == (206, SIZE - taken)


def test_a_deploy_during_an_upload_keeps_and_shows_nothing_of_it(town):
    cookie, token = token_of(town.server.port, town.cookies[3])
    before = stored(town), town.stored()
    with socket.create_connection(("127.0.0.1", town.server.port), 10) as connection:
        connection.sendall(head(cookie, f"Content-Length: {20 * MIB}"))
        connection.sendall(beginning_of("cut off", token) + bytes(8 * MIB))
        wait_for(lambda: open_in(town.temporary, town))
        took = end(town.server)
    print(f"\n  the process ended {took:.1f} s after SIGTERM, during an upload")
    assert left_over(town) == []
    assert "Traceback" not in town.server.log.read_text()
    town.server.start()
    assert (stored(town), town.stored()) == before
    assert b"cut off" not in get(town, "/rooms/square/", 3)[1]
