"""The limits on open connections per address, with and without a proxy."""

import socket
import time

import pytest

from bench.frames import handshake

from .floods import LATE, latency, request
from .towns import with_a_server

MOST = 2_500  # connections of one peer
REFUSED_AT_A_TIME = 100


@pytest.fixture(scope="module")
def direct(on_sqlite, raised_file_limit):
    with with_a_server(on_sqlite, RATE_LIMITS="on") as town:
        yield town


@pytest.fixture(scope="module")
def proxied(on_sqlite, raised_file_limit):
    with with_a_server(on_sqlite, RATE_LIMITS="on", TRUSTED_PROXIES="1") as town:
        yield town


def ask_from(own, port):
    """Request /healthz from another loopback address."""
    with socket.create_connection(("127.0.0.1", port), 10, source_address=(own, 0)) as connection:
        connection.sendall(request("/healthz", "Connection: close", method="GET"))
        return connection.recv(4096)[:12]


def test_one_peer_has_a_bounded_number_of_connections(direct, held):
    for _ in range(MOST + 100):
        held.open(direct.server.port, b"GET / HT")
    limit = time.monotonic() + 30
    while held.still_open() > MOST:
        assert time.monotonic() < limit
        time.sleep(0.05)
    assert ask_from("127.0.0.2", direct.server.port) == b"HTTP/1.1 200"


def test_a_proxy_may_have_as_many_as_it_likes(proxied, held):
    for _ in range(MOST + 100):
        held.open(proxied.server.port, b"GET / HT")
    assert held.still_open() == MOST + 100
    assert latency(proxied.server.port) <= LATE


def strangers(port, held, count, address):
    for _ in range(count):
        head = handshake(port, "/ws/rooms/square/", None)[:-2]
        held.open(port, head + f"X-Forwarded-For: {address}\r\n\r\n".encode())
    return [answer_of(connection) for connection in held.connections[-count:]]


def answer_of(connection):
    connection.setblocking(True)
    connection.settimeout(10)
    return connection.recv(12)


def test_strangers_of_one_address_are_refused_and_of_another_are_not(proxied, held):
    answers = strangers(proxied.server.port, held, REFUSED_AT_A_TIME + 50, "192.0.2.1")
    assert answers.count(b"HTTP/1.1 429") > 0
    assert strangers(proxied.server.port, held, 1, "192.0.2.2") == [b"HTTP/1.1 101"]


def test_a_member_beside_them_is_let_in(proxied, held):
    port = proxied.server.port
    strangers(port, held, REFUSED_AT_A_TIME + 50, "192.0.2.3")
    head = handshake(port, "/ws/rooms/square/", proxied.cookies[0])[:-2]
    held.open(port, head + b"X-Forwarded-For: 192.0.2.3\r\n\r\n")
    assert answer_of(held.connections[-1]) == b"HTTP/1.1 101"
