"""Sockets: pages that missed too much reload, and catching up is limited."""

import pytest

from core.threads import in_database
from messaging.live import backfill, catch_up
from messaging.message import broadcasts
from messaging.tests.said import say
from rooms.actions import change_room
from rooms.models import Room

TOO_FAR_BEHIND = 4413

pytestmark = pytest.mark.django_db(transaction=True)


def let_pass(room, changes):
    """Advance the room's counters, as if this number of messages had been posted."""
    Room.objects.filter(pk=room.pk).update(revision=room.revision + changes)
    room.refresh_from_db()


@pytest.fixture
def reads(monkeypatch):
    """The cursors of all reads of missed changes."""
    cursors, changes_since = [], broadcasts.changes_since

    def note(room_id, cursor):
        cursors.append(cursor)
        return changes_since(room_id, cursor)

    monkeypatch.setattr(broadcasts, "changes_since", note)
    return cursors


async def test_a_page_that_missed_too_much_reloads_and_nothing_is_read_for_it(
    arrive, awake, lobby, ana, bruno, reads
):
    await in_database(let_pass)(lobby, catch_up.MAX_MISSED + 1)
    reader = await arrive(bruno, lobby, cursor=0)
    assert (await reader.closed(), reads, reader.page.texts) == (TOO_FAR_BEHIND, [], [])
    assert awake.registry.counts["catch_ups_refused_total"] == 1


async def test_a_page_that_missed_less_catches_up(arrive, lobby, ana, bruno):
    await in_database(let_pass)(lobby, catch_up.MAX_MISSED - 1)
    await say(lobby, ana, "newest")
    reader = await arrive(bruno, lobby, cursor=0)
    await reader.sees("newest")
    assert reader.code is None


@pytest.fixture
def kept_long(monkeypatch):
    monkeypatch.setattr(backfill, "KEPT_SECONDS", 600)


async def test_who_missed_the_same_shares_what_was_read(
    kept_long, arrive, lobby, ana, bruno, eve, reads
):
    await say(lobby, ana, "missed")
    for user in (bruno, eve, ana):
        reader = await arrive(user, lobby, cursor=0)
        await reader.sees("missed")
    assert reads == [0]


async def test_what_was_read_is_not_shared_when_more_was_said(
    kept_long, arrive, lobby, ana, bruno, eve, reads
):
    await say(lobby, ana, "missed")
    first = await arrive(bruno, lobby, cursor=0)
    await first.sees("missed")
    await say(lobby, ana, "later")
    await first.sees("missed", "later")
    second = await arrive(eve, lobby, cursor=0)
    await second.sees("missed", "later")
    assert reads == [0, 0]


async def test_what_was_read_is_not_shared_when_the_header_has_changed(
    kept_long, arrive, lobby, ana, bruno, eve
):
    await say(lobby, ana, "missed")
    first = await arrive(bruno, lobby, cursor=0)
    await first.sees("missed")
    await in_database(change_room)(lobby, ana, topic="A new topic")
    await first.until(lambda page: "A new topic" in page.taken[-1])
    second = await arrive(eve, lobby, cursor=0)
    await second.sees("missed")
    assert "A new topic" in "".join(second.page.taken)


@pytest.mark.parametrize("cursor", [0, 10**6, 2**62])
async def test_a_page_whose_cursor_is_from_elsewhere_goes_live(arrive, lobby, ana, bruno, cursor):
    reader = await arrive(bruno, lobby, cursor=cursor)
    await say(lobby, ana, "now")
    await reader.sees("now")


async def test_who_asks_for_much_again_and_again_reloads(
    arrive, awake, lobby, ana, bruno, reads, settings, monkeypatch
):
    settings.RATE_LIMITS = True
    monkeypatch.setattr(catch_up, "MAX_MISSED_PER_USER", 1_000)
    monkeypatch.setattr(catch_up, "MISSED_PER_SECOND", 0)
    await in_database(let_pass)(lobby, 500)
    reader, other = await arrive(bruno, lobby), await arrive(ana, lobby)
    for _ in range(30):
        await reader.send(cursor=0)
    assert await reader.closed() == TOO_FAR_BEHIND
    assert len(reads) <= 12
    await say(lobby, ana, "still here")
    await other.sees("still here")


async def test_an_event_that_was_only_late_is_not_sent_twice(
    arrive, awake, lobby, ana, bruno, monkeypatch
):
    async def read_slowly(room_id, cursor):
        await say(lobby, ana, "late")
        found = await read(room_id, cursor)
        await reader.sees("late")  # by its event
        return found

    reader, read = await arrive(bruno, lobby), awake.backfill.read_changes
    monkeypatch.setattr(awake.backfill, "read_changes", read_slowly)
    await awake.backfill.fill_gap(awake.registry.feeds[lobby.pk])
    await say(lobby, ana, "next")
    await reader.sees("late", "next")
    assert "".join(reader.page.taken).count('data-position="1"') == 1


async def test_a_gap_that_is_filled_while_a_page_catches_up_repeats_nothing(
    arrive, awake, lobby, ana, bruno
):
    page = await arrive(bruno, lobby)
    feed = awake.registry.feeds[lobby.pk]
    [[reader]] = feed.live.values()
    before = feed.delivered
    for number in range(4):
        await say(lobby, ana, f"message {number}")
    await page.sees(*[f"message {number}" for number in range(4)])
    revision, changes, _complete = await awake.backfill.read_changes(lobby.pk, before)

    feed.hold(reader)
    reader.cursor = before + 2  # it has read so far, when the gap of all four is filled
    feed.joining[reader].append({"first": before + 1, "revision": revision, **changes})
    taken = len(page.page.taken)
    assert feed.release(reader)
    await say(lobby, ana, "next")
    await page.sees(*[f"message {number}" for number in range(4)], "next")
    again = "".join(page.page.taken[taken:])
    assert [f"message {number}" in again for number in range(4)] == [False, False, True, True]
