"""The stream in an iframe: which changes it shows, and how it ends. The hub is a fake."""

import asyncio
import itertools
from collections import defaultdict

import pytest

from messaging.live import NOT_FOUND, TRY_AGAIN_LATER
from messaging.live import reader as live_reader
from messaging.live.reader import BACKLOG_BYTES
from messaging.noscript import stream as noscript_stream
from messaging.noscript import views
from messaging.noscript.patches import Patch
from users.models import User


class QuietHub:
    """Adds and removes streams, and sends nothing."""

    def __init__(self):
        self.readers = defaultdict(set)

    async def join(self, reader):
        self.readers[reader.user_id].add(reader)

    async def catch_up(self, reader, cursor):
        pass

    def leave(self, reader):
        self.readers[reader.user_id].discard(reader)


@pytest.fixture
def hub(monkeypatch):
    hub = QuietHub()
    monkeypatch.setattr(noscript_stream, "hub", hub)
    monkeypatch.setattr(
        noscript_stream.broadcasts, "render_stream_end", lambda language, why: f"[{why}]"
    )
    return hub


def a_stream(floor=1, **options):
    user = User(pk=7, username="bruno")
    return noscript_stream.Stream(
        floor=floor, nonce="mine", room_id=1, user=user, session_key="s", language="en", **options
    )


def opened(stream):
    return noscript_stream.chunks_of(stream, 0, "<opening>", itertools.cycle(["(odd)", "(even)"]))


def copies(*positions):
    return [Patch(position, (f"<{position} ", ">")) for position in positions]


async def test_the_page_comes_first_and_each_push_as_a_chunk_of_its_own(hub):
    stream = a_stream()
    chunks = opened(stream)
    assert await anext(chunks) == "<opening>"
    asyncio.get_running_loop().call_later(0.01, stream.reader.push, copies(1))
    assert await anext(chunks) == "<1 mine>"
    asyncio.get_running_loop().call_later(0.01, stream.reader.push, copies(2, 3))
    assert await anext(chunks) == "<2 mine><3 mine>"


async def test_a_change_above_the_page_stays_out_and_who_is_here_comes_in(hub):
    stream = a_stream(floor=10)
    stream.reader.push(copies(9, 10, None))
    assert await stream.next_chunk(0) == "<10 mine><None mine>"


async def test_a_stream_that_takes_nothing_is_bounded_and_comes_back_by_itself(hub):
    stream = a_stream()
    chunks = opened(stream)
    await anext(chunks)
    for _ in range(9):
        stream.reader.push([Patch(1, ("x" * (BACKLOG_BYTES // 8),))])
    assert [chunk async for chunk in chunks] == ["[None]"]


async def test_a_stream_ends_by_itself_and_asks_to_be_asked_again(hub, monkeypatch):
    monkeypatch.setattr(noscript_stream, "LIFE_SECONDS", 0.05)
    monkeypatch.setattr(noscript_stream, "LIFE_SPREAD_SECONDS", 0)
    monkeypatch.setattr(noscript_stream, "LINGER_SECONDS", 0.01)
    assert [chunk async for chunk in opened(a_stream())] == ["<opening>", "[None]"]
    assert len(hub.readers[7]) == 1  # present while the page is requested again
    await asyncio.sleep(0.05)
    assert len(hub.readers[7]) == 0


async def test_a_pulse_comes_in_time_whatever_else_comes(hub, monkeypatch):
    monkeypatch.setattr(noscript_stream, "PULSE_SECONDS", 0.02)
    chunks = opened(a_stream())
    assert [await anext(chunks) for _ in range(4)] == ["<opening>", "(odd)", "(even)", "(odd)"]


async def test_losing_access_ends_a_stream_with_nothing_more_of_the_room(hub):
    stream = a_stream()
    chunks = opened(stream)
    await anext(chunks)
    stream.reader.push(copies(1))
    stream.reader.close(NOT_FOUND)
    stream.reader.push(copies(2))
    assert [chunk async for chunk in chunks] == ["[gone]"]
    assert len(hub.readers[7]) == 0


async def test_the_oldest_of_too_many_streams_of_a_person_makes_way(hub):
    old = []
    for _ in range(noscript_stream.STREAMS_A_PERSON):
        chunks = opened(a_stream())
        old.append((await anext(chunks), asyncio.ensure_future(anext(chunks))))
        await asyncio.sleep(0)
    newest = opened(a_stream())
    await anext(newest)
    more = asyncio.ensure_future(anext(newest))
    ended = await asyncio.wait_for(old[0][1], 1)
    assert (ended, [task.done() for _, task in old[1:]]) == ("[elsewhere]", [False] * 3)
    for task in [more, *(task for _, task in old)]:
        task.cancel()


async def test_a_reader_that_went_away_is_forgotten_at_once(hub):
    chunks = opened(a_stream())
    await anext(chunks)
    more = asyncio.ensure_future(anext(chunks))
    await asyncio.sleep(0)
    more.cancel()
    await asyncio.wait([more])
    assert len(hub.readers[7]) == 0


async def test_a_write_that_is_stuck_is_cut_off(hub, monkeypatch):
    monkeypatch.setattr(live_reader, "STALLED_SECONDS", 0)
    stream = a_stream()

    async def write():
        stream.begin_writing()
        await asyncio.sleep(60)

    writer = asyncio.ensure_future(write())
    await asyncio.sleep(0.01)
    stream.reader.close(TRY_AGAIN_LATER)
    await asyncio.wait([writer], timeout=1)
    assert writer.cancelled()


def test_the_headers_of_a_live_frame(client_of, lobby, bruno):
    response = client_of(bruno).get(f"{lobby.get_absolute_url()}live/")
    policy = response["Content-Security-Policy"]
    assert response["X-Accel-Buffering"] == "no"
    assert response["Cache-Control"] == "no-store, no-transform"
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert policy.partition("frame-ancestors ")[2].partition(";")[0] == "'self'"
    assert "Content-Encoding" not in response


def test_the_live_frame_of_a_room_that_one_may_not_see_is_not_there(client_of, den, eve, client):
    url = f"{den.get_absolute_url()}live/"
    assert client_of(eve).get(url).status_code == 404
    assert client.get(url)["Location"] == f"/accounts/login/?next={url}"


def test_the_composer_frame_posts_and_comes_back_empty(client_of, lobby, bruno, page):
    url = f"{lobby.get_absolute_url()}compose/"
    client = client_of(bruno)
    response = client.post(url, {"body": "Hello", "nonce": "n"})
    assert (response.status_code, response["Location"]) == (303, f"{url}#body")
    assert lobby.messages.get().body == "Hello"
    assert page(client.get(url)).select_one("#compose textarea#body").get_text() == ""


def test_what_the_composer_frame_refuses_keeps_its_text(client_of, lobby, bruno, page):
    url = f"{lobby.get_absolute_url()}compose/"
    refused = client_of(bruno).post(url, {"body": "x" * 8001, "nonce": "n"})
    form = page(refused).select_one("#compose")
    assert refused.status_code == 422
    assert form["action"] == url
    assert form.select_one("#body").get_text() == "x" * 8001
    assert form.select_one("#compose-errors").get_text(strip=True) != ""


def test_who_reads_along_cannot_post_by_the_composer_frame(client_of, lobby, eve):
    url = f"{lobby.get_absolute_url()}compose/"
    assert client_of(eve).post(url, {"body": "x", "nonce": "n"}).status_code == 403
    assert lobby.messages.count() == 0


def test_a_first_chunk_is_long_enough_to_be_shown(client_of, lobby, bruno):
    response = client_of(bruno).head(f"{lobby.get_absolute_url()}live/")
    assert int(response["Content-Length"]) >= views.FIRST_CHUNK
