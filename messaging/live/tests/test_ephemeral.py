"""Sockets: typing hints, presence and unread marks."""

import asyncio

import pytest
from django.db import IntegrityError

from core.threads import in_database
from messaging.tests.said import say
from rooms import actions as room_actions
from rooms.models import Presence
from rooms.presence import leases

LOG_IN_AGAIN, NOT_FOUND = 4401, 4404
GONE = 10**9  # no room
UNSUPPORTED, INVALID, TOO_FAST, COME_BACK = 1003, 1007, 1008, 1013

pytestmark = pytest.mark.django_db(transaction=True)


async def test_who_types_is_shown_until_their_message_comes(arrive, lobby, ana, bruno):
    typist, witness = await arrive(bruno, lobby), await arrive(ana, lobby)
    await typist.send(typing="1")
    mark = f'<span class="typist" data-author="{bruno.pk}">'
    await witness.until(lambda page: mark in page.taken[-1])
    await typist.post("here it is")
    await witness.until(lambda page: 'id="typing"' in page.taken[-1] and mark not in page.taken[-1])


async def test_who_reads_along_is_not_shown_as_typing(arrive, lobby, ana, eve):
    typist, witness = await arrive(eve, lobby), await arrive(ana, lobby)
    await typist.send(typing="1")
    await typist.post("x")  # refused, and answered after the previous frame was handled
    await asyncio.sleep(1.2)  # two ticks
    await say(lobby, ana, "end")
    await witness.sees("end")
    assert "typist" not in "".join(witness.page.taken)


async def test_who_comes_and_goes_is_shown(arrive, lobby, ana, bruno):
    witness = await arrive(ana, lobby)
    here = f'data-person="{bruno.pk}"'
    guest = await arrive(bruno, lobby)
    await witness.until(lambda page: here in page.taken[-1])
    await guest.leave()
    guest.accepted = False
    await witness.until(lambda page: 'id="people"' in page.taken[-1] and here not in page.taken[-1])


async def test_who_is_here_is_shown_to_a_page_however_late_it_asks_for_what_it_missed(
    arrive, awake, lobby, ana, bruno
):
    await arrive(ana, lobby)
    late = await arrive(bruno, lobby, cursor=None)
    for _ in range(2):
        await awake.presence.flush()
        await awake.ephemeral.draw()
        await asyncio.sleep(0.1)
    await late.catch_up(0)
    both = [f'data-person="{user.pk}"' for user in (ana, bruno)]
    await late.until(lambda page: all(here in "".join(page.taken) for here in both))


def marks(page, room, shown=True):
    """Return how often the unread mark of `room` was pushed (or removed, if not `shown`)."""
    text = "".join(page.taken)
    empty = text.count(f'id="unread-{room.pk}" class="unread" hx-swap-oob="true"></span>')
    return text.count(f'id="unread-{room.pk}"') - empty if shown else empty


async def test_another_room_becomes_unread_once(arrive, awake, lobby, den, ana, bruno):
    reader = await arrive(bruno, lobby)
    await say(den, ana, "one", "two", "three")
    await awake.backfill.compare()
    await say(lobby, ana, "end")
    await reader.sees("end")
    assert marks(reader.page, den) == 1


async def test_a_room_that_was_read_elsewhere_is_unread_again_with_the_next_message(
    arrive, awake, lobby, den, ana, bruno
):
    here, there = await arrive(bruno, lobby), await arrive(bruno, den)
    await say(den, ana, "one")
    await there.send(seen="1")
    await here.until(lambda page: marks(page, den, shown=False) == 1)
    await awake.backfill.compare()
    await awake.backfill.compare()
    await say(lobby, ana, "end")
    await here.sees("end")
    assert marks(here.page, den) == 1
    await say(den, ana, "two")
    await here.until(lambda page: marks(page, den) == 2)


async def test_ones_own_message_is_not_news_to_ones_other_pages(
    arrive, awake, lobby, den, ana, bruno
):
    here, there = await arrive(bruno, lobby), await arrive(bruno, den)
    await there.post("mine")
    await awake.backfill.compare()
    await say(lobby, ana, "end")
    await here.sees("end")
    assert marks(here.page, den) == 0


async def test_a_room_that_one_was_removed_from_shows_no_life(
    arrive, awake, lobby, den, ana, bruno
):
    reader = await arrive(bruno, lobby)
    await in_database(lambda: room_actions.end_membership(den.membership_of(bruno)))()
    await say(den, ana, "secret")
    await awake.backfill.compare()
    await say(lobby, ana, "end")
    await reader.sees("end")
    assert marks(reader.page, den) == 0


async def test_a_room_that_nobody_reads_here_costs_no_memory(arrive, awake, lobby, den, ana, bruno):
    reader = await arrive(bruno, lobby)
    await say(den, ana, *(f"m{n}" for n in range(20)))
    await say(lobby, ana, "end")
    await reader.sees("end")
    assert list(awake.registry.feeds) == [lobby.pk]


async def test_a_room_that_somebody_was_added_to_or_removed_from_changes_in_their_list(
    arrive, lobby, den, ana, eve
):
    reader = await arrive(eve, lobby)
    link, current = den.get_absolute_url(), f'{lobby.get_absolute_url()}" aria-current'
    membership, _created = await in_database(room_actions.join_room)(den, eve)
    await reader.until(lambda page: 'id="rooms"' in page.taken[-1] and link in page.taken[-1])
    await in_database(room_actions.end_membership)(membership)
    await reader.until(lambda page: 'id="rooms"' in page.taken[-1] and link not in page.taken[-1])
    assert current not in reader.page.taken[-1]  # she reads, but is not a member


async def test_what_is_unread_is_drawn_for_each_page_by_itself(arrive, lobby, den, ana, bruno):
    pages = {room: await arrive(bruno, room) for room in (lobby, den)}
    await say(lobby, ana, "one")
    await say(den, ana, "two")
    await in_database(room_actions.broadcasts.access_changed)(bruno.pk)
    for here, there in ((lobby, den), (den, lobby)):
        await pages[here].until(lambda page: 'id="rooms"' in page.taken[-1])
        assert f'id="unread-{here.pk}" class="unread"></span>' in pages[here].page.taken[-1]
        assert f'id="unread-{there.pk}" class="unread"></span>' not in pages[here].page.taken[-1]


async def test_a_room_that_is_renamed_or_archived_changes_in_its_peoples_lists(
    arrive, lobby, den, ana, bruno
):
    reader = await arrive(bruno, lobby)
    await in_database(room_actions.change_room)(den, ana, name="Burrow")
    await reader.until(lambda page: 'id="rooms"' in page.taken[-1] and "Burrow" in page.taken[-1])
    await in_database(room_actions.archive_room)(den, ana)
    await reader.until(
        lambda page: 'id="rooms"' in page.taken[-1] and "Burrow" not in page.taken[-1]
    )


async def test_one_lease_that_cannot_be_stored_does_not_keep_the_others_out(
    awake, lobby, ana, bruno, monkeypatch
):
    def record_while_one_leaves(arrivals, departures):
        awake.presence.depart("a", GONE)
        return record(arrivals, departures)

    record = leases.record
    awake.presence.arrive("a", GONE, ana.pk, "")
    awake.presence.arrive("b", lobby.pk, bruno.pk, "")
    with monkeypatch.context() as patched, pytest.raises(IntegrityError):
        patched.setattr(leases, "record", record_while_one_leaves)
        await awake.presence.flush()
    await awake.presence.flush()
    people = await in_database(Presence.objects.people_in)([lobby.pk])
    assert people == {lobby.pk: [bruno]}


async def test_who_is_here_outlives_a_process_that_was_frozen(arrive, awake, lobby, ana, bruno):
    """Other processes drop its expired leases; it stores them again."""
    await arrive(ana, lobby)
    guest = await arrive(bruno, lobby)
    await awake.presence.flush()
    await in_database(Presence.objects.all().delete)()
    await guest.leave()
    await awake._renew()
    await awake.presence.flush()
    people = await in_database(Presence.objects.people_in)([lobby.pk])
    assert people == {lobby.pk: [ana]}
