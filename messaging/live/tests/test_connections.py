"""The limits of open sockets and streams per user and per address."""

from contextlib import suppress

import pytest

from core import rate_limits
from messaging.live import connection_limits
from rooms.models import Presence

TOO_MANY = 4429


@pytest.fixture
def connected(lobby, bruno):
    """Bruno has a connection to another process."""
    return Presence.objects.create(
        room=lobby, user=bruno, connection="1", process="1", expires_at="2999-01-01T00:00Z"
    )


async def test_too_many_sockets_of_a_person_are_refused_for_good(
    arrive, lobby, ana, bruno, connected, monkeypatch
):
    monkeypatch.setattr(rate_limits, "CONNECTIONS_PER_USER", 1)
    assert await (await arrive(bruno, lobby)).closed() == TOO_MANY
    other = await arrive(ana, lobby)
    await other.post("fine")
    assert other.page.acknowledged == ["fine"]


async def test_too_many_sockets_of_an_address_are_refused_and_one_less_lets_in(
    arrive, lobby, ana, bruno, monkeypatch
):
    monkeypatch.setattr(rate_limits, "CONNECTIONS_PER_ADDRESS", 1)
    first = await arrive(ana, lobby)
    assert await (await arrive(bruno, lobby)).closed() == TOO_MANY
    await first.leave()
    first.accepted = False
    assert (await arrive(bruno, lobby)).code is None


def test_a_stream_too_many_is_answered_429_whatever_x_forwarded_for_says(
    client_of, lobby, bruno, monkeypatch
):
    monkeypatch.setattr(rate_limits, "CONNECTIONS_PER_ADDRESS", 1)
    connection_limits.enter("127.0.0.1")
    try:
        headers = {"X-Forwarded-For": "203.0.113.9", "Forwarded": "for=203.0.113.9"}
        response = client_of(bruno).get(f"{lobby.get_absolute_url()}live/", headers=headers)
    finally:
        connection_limits.leave("127.0.0.1")
    assert (response.status_code, response.has_header("Retry-After")) == (429, True)


def test_a_stream_too_many_of_a_person_is_answered_429(client_of, lobby, connected, monkeypatch):
    monkeypatch.setattr(rate_limits, "CONNECTIONS_PER_USER", 1)
    response = client_of(connected.user).get(f"{lobby.get_absolute_url()}live/")
    assert response.status_code == 429


async def test_a_stream_that_ends_in_any_way_is_counted_out():
    counts = []

    async def go_on(receive, send):
        counts.append(connection_limits._addresses["192.0.2.1"])
        raise ConnectionError

    with suppress(ConnectionError):
        await connection_limits.counted("192.0.2.1", go_on, None, None)
    assert counts == [1]
    assert "192.0.2.1" not in connection_limits._addresses
