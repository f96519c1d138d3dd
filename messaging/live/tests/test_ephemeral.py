"""Sockets: typing hints and presence."""

import asyncio
from itertools import pairwise

import pytest
from django.db import IntegrityError

from core.threads import in_database
from messaging.live import ephemeral, hub
from messaging.tests.said import say
from rooms.models import Presence
from rooms.presence import leases
from rooms.presence.here import Here

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


async def test_the_first_news_after_a_pause_waits_for_no_tick(monkeypatch, arrive, lobby, ana):
    monkeypatch.setattr(hub, "TICK_SECONDS", 3600)
    witness = await arrive(ana, lobby)
    await witness.until(lambda page: f'data-person="{ana.pk}"' in page.taken[-1])


async def test_nothing_is_drawn_more_than_once_a_tick(monkeypatch, awake):
    monkeypatch.setattr(hub, "TICK_SECONDS", 0.2)
    acts, clock = [], asyncio.get_running_loop().time

    async def act():
        acts.append(clock())

    task = asyncio.create_task(awake._tick(lambda: True, act))
    await asyncio.sleep(1)
    task.cancel()
    assert acts
    assert all(later - earlier > 0.19 for earlier, later in pairwise(acts))


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


async def test_a_crowd_gets_the_list_of_people_less_often_and_everybody_is_on_it_in_the_end(
    arrive, awake, lobby, ana, bruno, eve, monkeypatch
):
    monkeypatch.setattr(ephemeral, "LISTS_A_SECOND", 1)  # so two readers are a crowd
    feed = awake.registry.feed_of(lobby.pk)
    witness = await arrive(ana, lobby)
    await arrive(bruno, lobby)
    both = [f'data-person="{user.pk}"' for user in (ana, bruno)]
    await witness.until(lambda page: all(here in page.taken[-1] for here in both))
    due, shown = feed.people_due, list(feed.people)
    assert due > asyncio.get_running_loop().time() + 1
    await arrive(eve, lobby)
    await awake.presence.flush()
    await awake.ephemeral.draw()
    assert (feed.people, feed.people_due) == (shown, due)
    await witness.until(lambda page: f'data-person="{eve.pk}"' in page.taken[-1])
    assert asyncio.get_running_loop().time() >= due


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
    assert people == {lobby.pk: [Here.of(bruno)]}


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
    assert people == {lobby.pk: [Here.of(ana)]}
