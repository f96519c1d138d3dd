"""What pages report as read is stored together."""

import asyncio

import pytest

from core.threads import in_database
from messaging.live import protocol
from messaging.live.reading import seen_queue as module
from messaging.live.reading.seen_queue import SeenQueue
from rooms.actions import join_room
from rooms.models import Membership
from users.models import User


class Page:
    """Like a Reader, as far as this queue knows one."""

    is_reading = True

    def __init__(self, user, room):
        self.user_id, self.room_id = user.pk, room.pk


@pytest.fixture
def calls(monkeypatch):
    """The numbers of reports that were stored together."""
    calls, mark = [], in_database(protocol.mark_seen)

    async def counted(seen):
        calls.append(len(seen))
        await mark(seen)

    monkeypatch.setattr(module, "_mark_seen", counted)
    monkeypatch.setattr(module, "PAUSE_SECONDS", 0.05)
    return calls


@in_database
def read_in(room):
    return dict(Membership.objects.filter(room=room).values_list("user", "last_read_position"))


@in_database
def crowd_of(lobby, count):
    crowd = [User.objects.create_user(f"seer-{n}", f"s{n}@example.com") for n in range(count)]
    for person in crowd:
        join_room(lobby, person)
    return crowd


async def all_stored(queue):
    if queue._task is not None:
        await asyncio.wait_for(asyncio.shield(queue._task), 10)


@pytest.mark.django_db(transaction=True)
async def test_the_first_is_stored_at_once_and_the_others_together(lobby, ana, say, calls):
    crowd = await crowd_of(lobby, 12)
    for n in range(3):
        await in_database(say)(lobby, ana, f"message {n}")
    queue = SeenQueue()
    pages = [Page(person, lobby) for person in crowd]
    queue.note(pages[0], {"seen": "1"})
    await asyncio.sleep(0.01)
    for page in pages:
        queue.note(page, {"seen": "2"})
    queue.note(pages[0], {"seen": "3"})  # instead of its last one
    await all_stored(queue)
    assert calls == [1, 12]
    read = await read_in(lobby)
    assert [read[person.pk] for person in crowd] == [3] + [2] * 11


@pytest.mark.django_db(transaction=True)
async def test_nonsense_and_pages_that_do_not_read_store_nothing(lobby, ana, say, calls):
    crowd = await crowd_of(lobby, 4)
    await in_database(say)(lobby, ana, "message")
    queue, pages = SeenQueue(), [Page(person, lobby) for person in crowd]
    pages[1].is_reading = False
    for page, seen in zip(pages, ("99", "1", "x", "1"), strict=True):
        queue.note(page, {"seen": seen, "since": "y" if page is pages[3] else ""})
    queue.note(Page(crowd[0], lobby), {"seen": "1"})
    await all_stored(queue)
    read = await read_in(lobby)
    assert [read[person.pk] for person in crowd] == [1, 0, 0, 0]


@pytest.mark.django_db(transaction=True)
async def test_an_error_does_not_stop_the_queue(lobby, ana, say, monkeypatch, caplog):
    (person,) = await crowd_of(lobby, 1)
    await in_database(say)(lobby, ana, "message")
    monkeypatch.setattr(module, "PAUSE_SECONDS", 0)
    mark = in_database(protocol.mark_seen)

    async def failing(_seen):
        raise OSError("gone")

    queue = SeenQueue()
    monkeypatch.setattr(module, "_mark_seen", failing)
    queue.note(Page(person, lobby), {"seen": "1"})
    await all_stored(queue)
    assert "Could not store what was read" in caplog.text
    monkeypatch.setattr(module, "_mark_seen", mark)
    queue.note(Page(person, lobby), {"seen": "1"})
    await all_stored(queue)
    assert (await read_in(lobby))[person.pk] == 1
