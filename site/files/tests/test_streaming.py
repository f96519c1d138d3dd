"""Long files: read piece by piece, closed in every case, and never short without a word."""

import asyncio
import threading

import pytest
from django.core.exceptions import RequestAborted
from django.test import RequestFactory

from files import reading, responses, stores
from files.models import Blob
from files.responses import answer

SIZE = 5 * stores.PIECE + 7


class CountingStore:
    """Gives `size` bytes in pieces; counts what is open and what was read, and in which threads."""

    name = "counting"

    def __init__(self, size=SIZE, fails_at=None):
        self.size, self.fails_at = size, fails_at
        self.is_open, self.pieces, self.threads = 0, 0, set()
        self.closed = threading.Event()
        self.asked = threading.Event()
        self.goes_on = threading.Event()
        self.goes_on.set()

    def read(self, name, start, end):
        self.is_open += 1
        try:
            while start < min(end, self.size):
                self.asked.set()
                self.goes_on.wait(20)
                if self.pieces == self.fails_at:
                    raise stores.Unavailable("the cable was pulled")
                self.pieces += 1
                self.threads.add(threading.current_thread().name)
                piece = b"x" * min(stores.PIECE, end - start, self.size - start)
                start += len(piece)
                yield piece
        finally:
            self.is_open -= 1
            self.closed.set()


@pytest.fixture
def store(monkeypatch):
    return use(monkeypatch, CountingStore())


def use(monkeypatch, store):
    monkeypatch.setattr(stores, "store_named", lambda name: store)
    return store


def asked(is_allowed=None, **headers):
    blob = Blob(key="k", kind="video", content_type="video/mp4", size=SIZE, stored_in="counting")
    return answer(RequestFactory(headers=headers).get("/"), blob, "a.mp4", is_allowed=is_allowed)


async def taken(response):
    return [piece async for piece in response]


async def test_a_long_file_is_sent_in_pieces_in_threads_of_the_store(store):
    response = asked()
    assert response["Content-Length"] == str(SIZE)
    pieces = await taken(response)
    assert (sum(map(len, pieces)), max(map(len, pieces))) == (SIZE, stores.PIECE)
    assert {name.partition("_")[0] for name in store.threads} == {"stores", "MainThread"}
    assert store.closed.wait(20) and store.is_open == 0


async def test_a_long_range_is_sent_in_pieces_and_a_short_one_at_once(store):
    response = asked(Range="bytes=7-")
    assert (response.status_code, sum(map(len, await taken(response)))) == (206, SIZE - 7)
    assert not asked(Range=f"bytes=0-{responses.AT_ONCE_BYTES - 1}").streaming


async def test_a_piece_is_read_only_when_the_last_one_was_taken(store):
    content = aiter(asked())
    await anext(content)
    await asyncio.sleep(0.05)
    assert store.pieces == 1
    await anext(content)
    assert store.pieces == 2
    await content.aclose()


@pytest.mark.parametrize("taking", [0, 1, 3])
async def test_the_store_is_left_when_the_client_is(store, taking):
    response = asked()
    content = aiter(response)
    for _piece in range(taking):
        await anext(content)
    await asyncio.to_thread(response.close)
    assert await asyncio.to_thread(store.closed.wait, 20)
    assert store.is_open == 0


async def test_the_store_is_left_when_the_request_is_cancelled_while_it_reads(store):
    content = aiter(asked())
    await anext(content)
    store.goes_on.clear()
    store.asked.clear()
    task = asyncio.create_task(anext(content))
    assert await asyncio.to_thread(store.asked.wait, 20)  # a thread is in the middle of a read
    task.cancel()
    await asyncio.sleep(0)
    store.goes_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await asyncio.to_thread(store.closed.wait, 20)
    assert store.is_open == 0


async def test_a_store_that_fails_in_the_middle_cuts_the_connection(monkeypatch, caplog):
    store = use(monkeypatch, CountingStore(fails_at=2))
    with pytest.raises(RequestAborted):
        await taken(asked())
    assert [record.event for record in caplog.records] == ["files.unavailable"]
    assert store.is_open == 0


async def test_a_file_that_lost_its_end_cuts_the_connection(monkeypatch, caplog):
    store = use(monkeypatch, CountingStore(size=SIZE - 1))
    with pytest.raises(RequestAborted):
        await taken(asked())
    assert [record.event for record in caplog.records] == ["files.missing"]
    assert store.is_open == 0


async def test_who_loses_access_meanwhile_does_not_get_the_rest(monkeypatch, store):
    clock = iter(range(0, 1000, reading.ACCESS_SECONDS // 2 + 1))
    monkeypatch.setattr(reading, "monotonic", lambda: next(clock))
    answers = iter([True, False])
    content = aiter(asked(is_allowed=lambda: next(answers)))
    with pytest.raises(RequestAborted):
        while True:
            await anext(content)
    assert 2 <= store.pieces < 6
    assert await asyncio.to_thread(store.closed.wait, 20)
