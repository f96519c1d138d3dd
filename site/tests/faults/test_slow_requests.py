"""Requests that are slow, endless or too large do not slow down others."""

import socket
import time
from pathlib import Path

import pytest

from bench.frames import handshake

from .floods import LATE, MIB, Flood, Neighbour, latency, memory_of, request, send_and_read
from .towns import with_a_server

HEAD_SECONDS = 10
SLACK = 10  # for a busy machine
LARGE = 200 * MIB
FLOODED = 50 * MIB  # the memory a flood may cost while it lasts

HEADS = {
    "a part of a head": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: b\r\n",
    "a part of its first line": b"GET / HT",
    "nothing": b"",
    "a part of a handshake": handshake(80, "/ws/rooms/square/", None)[:-4],
}


@pytest.fixture(scope="module")
def site(on_sqlite):
    """A server behind a proxy, so that each connection can have its own client address."""
    with with_a_server(on_sqlite, TRUSTED_PROXIES="1") as town:
        yield town.server


def written_by(server):
    """Return the number of bytes that the server's process has written to disk."""
    lines = Path(f"/proc/{server.process.pid}/io").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("write_bytes"))


def wait_until_gone(held, seconds):
    limit = time.monotonic() + seconds
    while count := held.still_open():
        assert time.monotonic() < limit, f"{count} of {len(held.connections)} are still open"
        time.sleep(0.1)


# Heads


def test_heads_that_do_not_end_are_ended_after_ten_seconds(site, held):
    for head in HEADS.values():
        for _ in range(30):
            held.open(site.port, head)
    assert held.still_open() == len(held.connections)
    assert latency(site.port) <= LATE
    wait_until_gone(held, HEAD_SECONDS + SLACK)


def test_a_head_of_a_byte_a_second_is_ended_after_ten_seconds_too(site):
    begun = time.monotonic()
    with socket.create_connection(("127.0.0.1", site.port)) as connection:
        connection.settimeout(1)
        answer = b""
        for byte in request("/healthz", "X-Slow: " + "x" * 60, method="GET"):
            try:
                connection.sendall(bytes([byte]))
                answer = connection.recv(4096)
                break
            except TimeoutError:
                continue
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert HEAD_SECONDS - 1 <= time.monotonic() - begun <= HEAD_SECONDS + SLACK


def test_a_second_head_on_one_connection_has_ten_seconds_as_well(site, held):
    held.open(site.port, request("/healthz", method="GET") + b"GET /healthz HT")
    wait_until_gone(held, HEAD_SECONDS + SLACK)


@pytest.mark.parametrize(
    "headers",
    [["X: " + "x" * 100_000], ["Cookie: a=" + "b" * 3 * MIB], [f"X-{n}: y" for n in range(5_000)]],
    ids=["long", "endless", "many"],
)
def test_a_head_that_is_too_long_is_refused_with_a_page(site, headers):
    status, answer = send_and_read(site.port, request("/", *headers, method="GET"))
    assert (status, b"</html>" in answer) == (431, True)


# Bodies


def unfinished(size, number, *headers):
    """Return an anonymous POST without its last byte."""
    head = request(
        "/accounts/login/",
        f"Content-Length: {size + 1}",
        "Content-Type: application/x-www-form-urlencoded",
        f"X-Forwarded-For: 192.0.2.{number % 250}",
        *headers,
    )
    return head + b"x" * size


@pytest.mark.parametrize("size", [0, 15_000, 64 * 1024, 900_000, 2_400_000])
def test_two_hundred_unfinished_bodies_of_strangers_take_no_memory(site, held, size):
    with Neighbour(site) as neighbour:
        for number in range(200):
            held.open(site.port, unfinished(size, number))
            time.sleep(0.01)  # half a gigabyte at once would test the machine
    neighbour.report(f"200 unfinished POSTs of {size:,} bytes")
    assert neighbour.grown <= 20 * MIB
    assert neighbour.is_served, neighbour.latencies


def test_one_address_has_a_hundred_bodies_under_way(site, held):
    for _ in range(110):
        held.open(site.port, unfinished(10, 7))
    status, answer = send_and_read(site.port, unfinished(10, 7), until=b"</html>")
    assert (status, b"</html>" in answer) == (429, True)
    whole = unfinished(10, 8, "Connection: close") + b"x"
    assert send_and_read(site.port, whole)[0] != 429


@pytest.mark.parametrize("path", ["/healthz", "/nowhere/at/all/", "/static/x.css", "/setup/"])
@pytest.mark.parametrize("framing", ["Content-Length: 209715200", "Transfer-Encoding: chunked"])
def test_two_hundred_megabytes_are_refused_and_kept_nowhere(site, path, framing):
    piece = b"x" * MIB
    if "chunked" in framing:
        piece = b"100000\r\n" + piece + b"\r\n"
    before = written_by(site)
    with Neighbour(site) as neighbour:
        pieces = [request(path, framing), *[piece] * (LARGE // MIB)]
        pieces += [b"0\r\n\r\n"] if "chunked" in framing else []
        status, answer = send_and_read(site.port, *pieces)
    neighbour.report(f"200 MB to {path}, {framing}")
    assert (status, b"</html>" in answer) == (413, True)
    assert neighbour.is_served, neighbour.latencies
    assert neighbour.grown <= 20 * MIB
    if path != "/setup/":  # a page with forms stores up to a megabyte
        assert written_by(site) - before < MIB // 2


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "OPTIONS"])
def test_other_methods_bring_no_more(site, method):
    head = request("/accounts/login/", "Content-Length: 3000000", method=method)
    assert send_and_read(site.port, head, b"x" * 3_000_000)[0] == 413


def test_chunks_of_one_byte_delay_nobody(site):
    opening = request("/accounts/login/", "Transfer-Encoding: chunked")
    with Neighbour(site) as neighbour, Flood(site.port, opening, b"1\r\nx\r\n" * 10_000):
        time.sleep(2)
    neighbour.report("chunks of one byte")
    assert neighbour.is_served, neighbour.latencies
    assert neighbour.grown <= FLOODED


def test_pipelined_requests_without_end_delay_nobody(site):
    with (
        Neighbour(site) as neighbour,
        Flood(site.port, b"", request("/healthz", method="GET") * 1_000),
    ):
        time.sleep(2)
    neighbour.report("pipelined requests")
    assert neighbour.is_served, neighbour.latencies
    assert neighbour.grown <= FLOODED


# Fairness


def test_who_asks_before_sending_too_much_is_refused_before_sending_it(site):
    head = request("/accounts/login/", "Content-Length: 3000000", "Expect: 100-continue")
    status, answer = send_and_read(site.port, head)
    assert (status, b"100 Continue" in answer) == (413, False)


def test_who_asks_before_sending_a_form_is_told_to_go_on(site):
    head = request("/accounts/login/", "Content-Length: 3", "Expect: 100-continue")
    with socket.create_connection(("127.0.0.1", site.port), 10) as connection:
        connection.sendall(head)
        assert connection.recv(4096).startswith(b"HTTP/1.1 100 ")
        connection.sendall(b"a=b")
        assert connection.recv(4096).startswith(b"HTTP/1.1 403 ")  # no token


def test_memory_is_given_back(site):
    """After all tests above, the memory of refused requests has been freed."""
    assert memory_of(site) < 250 * MIB
