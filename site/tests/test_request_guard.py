"""RequestGuard passes allowed bodies on to Django and refuses all others."""

import asyncio

import pytest

from tertulia.server import request_guard
from tertulia.server.request_guard import RequestGuard

from .asgi import Client, Taker


@pytest.fixture
def taker():
    return Taker()


@pytest.fixture
def guard(taker):
    return RequestGuard(taker)


@pytest.fixture
def ask(guard):
    """Return a function that sends a Client's request and returns the Client."""

    async def ask(*chunks, **options):
        client = Client(*chunks, **options)
        await guard(client.scope, client.receive, client.send)
        return client

    return ask


@pytest.mark.parametrize("size", [0, 1, 16_384, 16_385, 65_536, 65_537, 1_048_576])
async def test_a_body_within_the_limit_arrives_as_it_was_sent(ask, taker, size):
    body = bytes(number % 251 for number in range(size))
    chunks = [body[at : at + 10_000] for at in range(0, size, 10_000)]
    assert (await ask(*chunks)).status == 200
    assert taker.bodies == [body]


async def test_one_byte_more_is_refused(ask, taker):
    client = await ask(bytes(1_048_576), b"x")
    assert (client.status, taker.bodies) == (413, [])


async def test_a_length_that_is_too_much_is_refused_before_any_of_it_is_read(guard, taker):
    client = Client(b"a", content_length="1048577", ends=False)
    task = asyncio.create_task(guard(client.scope, client.receive, client.send))
    await client.is_silent.wait()  # the data is read, but not stored
    assert client.status == 413 and "</html>" in client.body
    task.cancel()


async def test_a_length_that_lies_is_not_believed(ask, taker):
    client = await ask(bytes(600_000), bytes(600_000), content_length="10")
    assert (client.status, taker.bodies) == (413, [])


async def test_an_address_that_does_not_exist_gets_little(ask, taker):
    assert (await ask(bytes(17_000), path="/nowhere/")).status == 413
    assert (await ask(bytes(15_000), path="/nowhere/")).status == 200
    assert [len(body) for body in taker.bodies] == [15_000]


async def test_what_is_refused_is_read_to_its_end_before_the_answer_ends(ask):
    client = await ask(*[bytes(100_000)] * 30)
    assert client.messages == []
    assert client.sent[-1] == {"type": "http.response.body"}


async def test_what_is_refused_is_not_read_for_ever(ask, monkeypatch):
    monkeypatch.setattr(request_guard, "DRAINED_BYTES", 300_000)
    client = await ask(*[bytes(100_000)] * 30)
    assert client.messages
    monkeypatch.setattr(request_guard, "DRAIN_SECONDS", 0.05)
    assert (await ask(bytes(1_200_000), ends=False)).status == 413


async def test_a_chunk_that_does_not_come_is_not_waited_for(ask, taker, monkeypatch):
    monkeypatch.setattr(request_guard, "CHUNK_SECONDS", 0.05)
    client = await ask(b"abc", ends=False)
    assert (client.status, taker.bodies) == (408, [])
    assert "did not arrive in time" in client.body


async def test_chunks_that_come_for_too_long_are_not_waited_for(guard, monkeypatch):
    monkeypatch.setattr(request_guard, "BODY_SECONDS", 0.2)
    client = Client(*[b"x"] * 1_000)
    receive = client.receive

    async def slow():
        await asyncio.sleep(0.01)
        return await receive()

    await guard(client.scope, slow, client.send)
    assert client.status == 408


async def test_a_client_that_goes_away_is_not_answered(guard, taker):
    client = Client(b"abc", ends=False)
    client.messages.append({"type": "http.disconnect"})
    await guard(client.scope, client.receive, client.send)
    assert (client.sent, taker.bodies) == ([], [])


async def test_the_application_hears_that_the_client_has_gone(ask, taker):
    client = await ask(b"abc")
    client.messages.append({"type": "http.disconnect"})
    assert await taker.receive() == {"type": "http.disconnect"}


async def test_a_request_without_a_body_is_passed_on_as_it_is(ask, taker):
    for headers in ({"content_length": "0", "transfer_encoding": ""}, {"accept": "*/*"}):
        client = Client(**headers)
        client.scope["headers"] = [
            pair for pair in client.scope["headers"] if pair[0] != b"transfer-encoding"
        ]
        await RequestGuard(taker)(client.scope, client.receive, client.send)
        assert client.status == 200


# Concurrent requests


@pytest.fixture
async def begin(guard):
    """Return a function that starts a body and returns its Client; the test's end stops it."""
    tasks = []

    async def begin(**options):
        client = Client(b"abc", ends=False, **options)
        task = asyncio.create_task(guard(client.scope, client.receive, client.send))
        tasks.append(task)
        silent = asyncio.create_task(client.is_silent.wait())
        await asyncio.wait([task, silent], return_when=asyncio.FIRST_COMPLETED)
        silent.cancel()
        return client

    yield begin
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_bodies_of_one_address_are_limited_and_of_another_not(begin, guard, ask):
    guard.bodies.most = 3
    assert [(await begin()).status for _ in range(4)] == [None, None, None, 429]
    assert (await begin(address="192.0.2.2")).status is None
    assert (await ask(b"abc", address="192.0.2.3")).status == 200


async def test_of_all_bodies_the_oldest_gives_way(begin, ask, monkeypatch):
    monkeypatch.setattr(request_guard, "MAX_BODIES", 2)
    first, second = await begin(), await begin()
    assert (await ask(b"abc")).status == 200
    await first.is_answered.wait()
    assert (first.status, second.status) == (408, None)


async def test_requests_of_one_address_are_limited(guard, ask, settings):
    guard.requests.most = 0
    assert (await ask(b"abc")).status == 429
    settings.RATE_LIMITS = False
    assert (await ask(b"abc")).status == 200


async def test_nothing_stays_counted(begin, ask, guard):
    await ask(b"abc")
    await ask(bytes(2_000_000))
    assert (guard.bodies["192.0.2.1"], guard.requests["192.0.2.1"], len(guard.arriving)) == (
        0,
        0,
        0,
    )
