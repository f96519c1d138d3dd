"""The stream in an iframe: which changes it shows, and how it ends. The hub is a fake."""

import asyncio
from collections import Counter, defaultdict

import pytest

from messaging.live import NOT_FOUND, TRY_AGAIN_LATER
from messaging.live.reader import BACKLOG_BYTES, STALLED_SECONDS
from messaging.noscript import stream as noscript_stream
from messaging.noscript import views
from messaging.noscript.patches import Patch, Patches
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


class Browser:
    """The other end of a stream: what arrives in `chunks`, in order."""

    def __init__(self, stream):
        self.stream = stream
        self.chunks = []
        self.is_ended = False
        self.is_taking = asyncio.Event()
        self.is_taking.set()
        self.is_gone = asyncio.Event()
        self.response = asyncio.ensure_future(stream.go_on(self.receive, self.send))

    async def receive(self):
        await self.is_gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message):
        await self.is_taking.wait()
        self.chunks.append(message["body"].decode())
        self.is_ended = not message["more_body"]

    def take(self, html):
        """What the server offers: write a chunk immediately, if the connection is not full."""
        if self.is_taking.is_set():
            self.chunks.append(f"now {html}")
        return self.is_taking.is_set()

    async def until(self, condition):
        for _attempt in range(500):
            if condition():
                return
            await asyncio.sleep(0.01)

    async def ended(self):
        await asyncio.wait_for(self.response, 5)
        return self.chunks


@pytest.fixture
def hub(monkeypatch):
    hub = QuietHub()
    monkeypatch.setattr(noscript_stream, "hub", hub)
    monkeypatch.setattr(
        noscript_stream.broadcasts, "render_stream_end", lambda language, why: f"[{why}]"
    )
    monkeypatch.setattr(noscript_stream.Stream, "_pulse", lambda stream, beat: f"({beat})")
    return hub


@pytest.fixture
async def opened(hub):
    """Return a function that opens a stream in a browser."""
    browsers = []

    async def begin(offer=None, **options):
        take = offer and (lambda html: browsers[-1].take(html))
        browsers.append(Browser(a_stream(offer=take, **options)))
        await asyncio.sleep(0.01)
        return browsers[-1]

    yield begin
    for browser in browsers:
        browser.response.cancel()


def a_stream(floor=1, **options):
    return noscript_stream.Stream(
        cursor=0,
        floor=floor,
        nonce="mine",
        room_id=1,
        user=User(pk=7, username="bruno"),
        session_key="s",
        language="en",
        **options,
    )


def copies(*positions):
    return Patches(Patch(position, f"<{position}>") for position in positions)


async def test_each_push_is_a_chunk_of_its_own(opened):
    browser = await opened()
    browser.stream.push(copies(1))
    browser.stream.push(copies(2, 3))
    await asyncio.sleep(0)
    assert browser.chunks == ["<1>", "<2><3>"]


async def test_what_the_connection_can_take_is_written_at_once(opened):
    browser = await opened(offer=True)
    browser.stream.push(copies(1))
    browser.is_taking.clear()
    browser.stream.push(copies(2))
    browser.stream.push(copies(3))
    browser.is_taking.set()
    await asyncio.sleep(0.01)
    browser.stream.push(copies(4))
    assert browser.chunks == ["now <1>", "<2>", "<3>", "now <4>"]


async def test_a_push_to_many_streams_is_one_string(opened):
    push = copies(1, None)
    assert push.since(1) is push.since(0) is push.html


async def test_a_change_above_the_page_stays_out_and_who_is_here_comes_in(opened):
    browser = await opened(floor=10)
    browser.stream.push(copies(9, 10, None))
    browser.stream.push(copies(9))
    assert browser.chunks == ["<10><None>"]


@pytest.mark.parametrize("offer", [True, False])
async def test_only_what_the_connection_has_taken_counts_as_read(opened, offer):
    read = []
    browser = await opened(offer=offer, note_read=lambda stream: read.append(stream.accepted))
    browser.stream.push(copies(1))
    browser.is_taking.clear()
    browser.stream.push(copies(2))
    browser.stream.push(copies(4, 3))
    assert read == [1]
    browser.is_taking.set()
    await asyncio.sleep(0.01)
    assert read == [1, 2, 4]


async def test_a_stream_that_takes_nothing_is_bounded_and_comes_back_by_itself(opened):
    browser = await opened()
    browser.is_taking.clear()
    for _ in range(10):
        browser.stream.push(Patches([Patch(1, "x" * (BACKLOG_BYTES // 8))]))
    assert browser.stream.closed
    browser.is_taking.set()
    assert [chunk[:6] for chunk in await browser.ended()] == ["xxxxxx", "[None]"]


async def test_a_stream_ends_by_itself_and_asks_to_be_asked_again(opened, hub, monkeypatch):
    monkeypatch.setattr(noscript_stream, "LIFE_SECONDS", 0)
    monkeypatch.setattr(noscript_stream, "LIFE_SPREAD_SECONDS", 0)
    monkeypatch.setattr(noscript_stream, "LINGER_SECONDS", 0.2)
    browser = await opened()
    assert (await browser.ended(), browser.is_ended) == (["[None]"], True)
    assert len(hub.readers[7]) == 1  # present while the page is requested again
    await asyncio.sleep(0.4)
    assert len(hub.readers[7]) == 0


def test_streams_that_begin_together_end_one_after_the_other(monkeypatch):
    monkeypatch.setattr(noscript_stream, "_ending", ending := Counter())
    ends = [noscript_stream._book_end(1000.5) for _ in range(105)]
    assert (min(ends), max(ends)) == (1030, 1050)
    assert set(ending.values()) == {5}
    later = [noscript_stream._book_end(1031.5) for _ in range(21)]
    assert (min(later), max(later)) == (1061, 1081)
    assert 1030 not in ending


async def test_a_pulse_comes_in_time_whatever_else_comes(opened, monkeypatch):
    monkeypatch.setattr(noscript_stream, "PULSE_SECONDS", 0.02)
    browser = await opened()
    await browser.until(lambda: len(browser.chunks) >= 3)
    assert browser.chunks[:3] == ["(even)", "(odd)", "(even)"]


async def test_losing_access_ends_a_stream_with_nothing_more_of_the_room(opened, hub):
    browser = await opened()
    browser.is_taking.clear()
    browser.stream.push(copies(1))
    browser.stream.push(copies(2))
    browser.stream.close(NOT_FOUND)
    browser.stream.push(copies(3))
    browser.is_taking.set()
    assert await browser.ended() == ["<1>", "[gone]"]
    assert len(hub.readers[7]) == 0


async def test_the_oldest_of_too_many_streams_of_a_person_makes_way(opened):
    old = [await opened() for _ in range(noscript_stream.STREAMS_A_PERSON)]
    await opened()
    assert await old[0].ended() == ["[elsewhere]"]
    assert [browser.response.done() for browser in old[1:]] == [False] * 3


@pytest.mark.parametrize("how", ["gone", "cancelled"])
async def test_a_reader_that_went_away_is_forgotten_at_once(opened, hub, how):
    browser = await opened()
    if how == "gone":
        browser.is_gone.set()
    else:
        browser.response.cancel()
    await asyncio.wait([browser.response])
    assert (len(hub.readers[7]), browser.chunks) == (0, [])


async def test_a_write_that_is_stuck_is_cut_off(opened, hub):
    browser = await opened()
    browser.is_taking.clear()
    browser.stream.push(copies(1))
    browser.stream.sending_since -= STALLED_SECONDS + 1
    browser.stream.close(TRY_AGAIN_LATER)
    assert (await browser.ended(), browser.is_ended) == ([], False)


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
