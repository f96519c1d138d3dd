"""During floods of WebSocket frames others are served as usual, and memory stays constant."""

import time

import pytest

from bench.frames import frame, handshake

from .floods import FRAMES, MIB, Held, Neighbour, flood_of_frames, memory_of
from .towns import with_a_server

SECONDS = 2
FLAT = 50 * MIB
PATIENCE = 10


@pytest.fixture(scope="module")
def square(on_sqlite):
    """A town with one server, for all floods of this module."""
    with with_a_server(on_sqlite) as town:
        yield town


@pytest.mark.parametrize("kind", FRAMES)
@pytest.mark.parametrize("who", ["nobody", "a member"])
def test_a_flood_of_frames_delays_nobody_and_takes_no_memory(square, kind, who):
    cookie = square.cookies[0] if who == "a member" else None
    flood = flood_of_frames(square.server.port, FRAMES[kind], cookie)
    with Neighbour(square.server) as neighbour, flood:
        time.sleep(SECONDS)
    neighbour.report(f"{kind} of {who}")
    assert neighbour.is_served, neighbour.latencies
    assert neighbour.grown <= FLAT


@pytest.mark.parametrize("kind", ["empty pings", "tiny fragments", "closes"])
def test_a_flood_of_what_browsers_do_not_send_is_cut(square, kind):
    flood = flood_of_frames(square.server.port, FRAMES[kind], square.cookies[1], connections=1)
    with flood:
        time.sleep(SECONDS)
    assert flood.cuts >= 3  # it reconnected each time


def opened(square, count, cookie=None, then=b""):
    """Return sockets that send `then` and read nothing."""
    held = Held()
    for _ in range(count):
        held.open(square.server.port, handshake(square.server.port, "/ws/rooms/square/", cookie))
    for connection in held.connections:
        connection.setblocking(True)
        connection.recv(4096)
        if then:
            connection.sendall(then)
        connection.setblocking(False)
    return held


def are_gone_within(held, seconds):
    limit = time.monotonic() + seconds
    while held.still_open():
        if time.monotonic() > limit:
            return False
        time.sleep(0.05)
    return True


def test_a_socket_of_nobody_is_ended_soon_though_its_client_does_not_close(square):
    held = opened(square, 20)
    assert are_gone_within(held, 15)  # two seconds on an idle machine


def test_a_member_who_does_not_answer_the_close_is_ended_soon(square):
    held = opened(square, 20, square.cookies[2], then=frame(b"no form"))
    assert are_gone_within(held, 15)


def test_sockets_of_nobody_are_not_more_than_a_hundred_at_a_time(square):
    before = memory_of(square.server)
    with Neighbour(square.server) as neighbour:
        held = opened(square, 600)
        most = held.still_open()
    assert most <= 300  # a hundred, and those that arrived while others left
    assert neighbour.is_served, neighbour.latencies
    assert memory_of(square.server) - before <= FLAT
    held.close()


def test_a_member_is_let_in_while_nobody_floods(square):
    with flood_of_frames(square.server.port, FRAMES["empty pings"], connections=20):
        held = opened(square, 1, square.cookies[3], then=frame(b'{"cursor": "0"}'))
        heard = hear(held.connections[0])
    assert heard and heard[0] == 0x81  # a text frame
    held.close()


def hear(connection):
    connection.setblocking(True)
    connection.settimeout(PATIENCE)
    return connection.recv(4096)


def test_pongs_that_are_not_read_are_not_kept(square):
    """Pings are sent slowly enough for every limit on their number."""
    held = opened(square, 1, square.cookies[4])
    before = memory_of(square.server)
    begun = time.monotonic()
    held.connections[0].setblocking(True)
    held.connections[0].settimeout(0.2)
    while time.monotonic() < begun + 4:
        try:
            held.connections[0].sendall(frame(bytes(125), 9) * 20)
        except OSError:
            break
    assert memory_of(square.server) - before <= 10 * MIB
    held.close()
