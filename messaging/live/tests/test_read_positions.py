"""Read positions: shown messages and one's own messages count as read."""

import asyncio

import pytest

from core.threads import in_database
from messaging.noscript import stream as noscript_stream
from messaging.noscript.read_positions import positions_of
from messaging.noscript.tests.test_streams import a_stream, copies
from messaging.tests import said
from rooms.models import Membership

ROOM = "/rooms/lobby/"


def post(client, way, body):
    """Post with the form of the page or the composer in the iframe."""
    address = {"form": f"{ROOM}messages/", "frame": f"{ROOM}compose/"}[way]
    assert client.post(address, {"body": body, "nonce": body}).status_code == 303


def unread(user):
    return [membership.unread for membership in Membership.objects.for_sidebar(user)]


@pytest.mark.parametrize("way", ["form", "frame"])
def test_ones_own_messages_are_never_new(client_of, lobby, ana, bruno, say, page, way):
    say(lobby, ana, "seen")
    client = client_of(bruno)
    client.get(ROOM)
    post(client, way, "one")
    post(client, way, "two")
    assert unread(bruno) == [0]
    assert page(client.get(ROOM)).select("#new") == []


@pytest.mark.parametrize("way", ["form", "frame"])
def test_what_others_say_between_ones_own_words_is_new_and_nothing_else(
    client_of, lobby, ana, bruno, say, page, way
):
    say(lobby, ana, "seen")
    client = client_of(bruno)
    client.get(ROOM)
    post(client, way, "one")
    message = say(lobby, ana, "new")
    post(client, way, "two")
    assert unread(bruno) == [1]
    (line,) = page(client.get(ROOM)).select("#new")
    assert line.find_next(class_="message")["id"] == f"message-{message.pk}"
    assert unread(bruno) == [0]


def test_the_line_above_what_is_new_skips_ones_own_words(client_of, lobby, ana, bruno, say, page):
    say(lobby, ana, "seen")
    client = client_of(bruno)
    client.get(ROOM)
    Membership.objects.filter(user=bruno).update(last_read_position=1)
    say(lobby, bruno, "mine")
    Membership.objects.filter(user=bruno).update(last_read_position=1, own_unread=1)
    message = say(lobby, ana, "new")
    (line,) = page(client.get(ROOM)).select("#new")
    assert line.find_next(class_="message")["id"] == f"message-{message.pk}"


@pytest.mark.django_db(transaction=True)
async def test_what_is_posted_by_a_socket_that_says_nothing_of_reading_is_not_new(
    arrive, lobby, ana, bruno
):
    page = await arrive(bruno, lobby)
    await page.post("one")
    await said.say(lobby, ana, "new")
    await page.post("two")
    await page.post("three")
    assert await in_database(unread)(bruno) == [1]
    await page.send(seen=2)
    await asyncio.sleep(1.2)  # it is stored at most once a second
    assert await in_database(unread)(bruno) == [0]


class Hub:
    """Sends a stream two messages when it joins."""

    async def join(self, reader):
        pass

    async def catch_up(self, reader, cursor):
        reader.push(copies(3, 4, None))

    def leave(self, reader):
        pass


class Connection:
    """The other end of a stream, which accepts one chunk at a time."""

    def __init__(self, go_on):
        self._chunks = asyncio.Queue()
        self._accepted, self._gone = asyncio.Semaphore(0), asyncio.Event()
        self._response = asyncio.ensure_future(go_on(self._receive, self._send))

    async def _receive(self):
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message):
        self._chunks.put_nowait(message["body"].decode())
        await self._accepted.acquire()

    def accept(self):
        self._accepted.release()

    async def gets(self, text):
        """Accept every chunk before the one with `text`, and return that, not accepted yet."""
        while text not in (chunk := await asyncio.wait_for(self._chunks.get(), 5)):
            self.accept()
        return chunk

    async def close(self):
        self._gone.set()
        await self._response


async def test_a_stream_notes_what_its_connection_has_taken_and_not_what_waits(monkeypatch):
    noted = []
    monkeypatch.setattr(noscript_stream, "hub", Hub())
    stream = a_stream(note_read=lambda stream: noted.append(stream.accepted))
    connection = Connection(stream.go_on)
    assert "4" in await connection.gets("3")
    assert noted == []  # it is being written, and may never be accepted
    stream.push(copies(5))
    connection.accept()
    await connection.gets("5")
    assert noted == [4]
    await connection.close()
    assert noted == [4]


def test_what_is_marked_unread_before_its_reading_is_stored_stays_unread():
    reading, marked, closed = a_stream(), a_stream(), a_stream()
    reading.accepted, marked.accepted, closed.accepted = 4, 6, 3
    marked.is_reading, closed.closed = False, True
    assert positions_of([reading, marked, closed]) == {(1, 7): 4}
    assert positions_of([marked]) == {}


@pytest.mark.django_db(transaction=True)
async def test_reading_in_the_live_frame_moves_the_read_position(
    awake, client_of, lobby, ana, bruno
):
    connection = await shown_in_the_frame(client_of, bruno, ana, lobby)
    assert await in_database(unread)(bruno) == [1]
    await read(connection, bruno)
    assert await in_database(unread)(bruno) == [0]


async def shown_in_the_frame(client_of, reader, author, room):
    """Open the iframe and post a message that mentions its reader; return the Connection."""
    client = await in_database(client_of)(reader)
    response = await in_database(client.get)(f"{ROOM}live/")
    connection = Connection(response.go_on)
    await said.say(room, author, f"one, @{reader.username}")
    await connection.gets("one")
    return connection


async def read(connection, reader):
    """Accept the chunk and wait until the read position is recorded."""
    connection.accept()
    for _attempt in range(100):
        await asyncio.sleep(0.05)
        if await in_database(unread)(reader) == [0]:
            break
