"""Sockets: lost events, an unavailable database, and a room that cannot be rendered."""

import asyncio

import pytest
from channels.layers import get_channel_layer
from django.db import OperationalError

from core import events as user_broadcasts
from messaging.live import post_queue as live_post_queue
from messaging.live.post_queue import post_queue
from messaging.message import broadcasts
from messaging.tests.said import say, stored

LOG_IN_AGAIN, NOT_FOUND = 4401, 4404
UNSUPPORTED, INVALID, TOO_FAST, COME_BACK = 1003, 1007, 1008, 1013

pytestmark = pytest.mark.django_db(transaction=True)


async def test_what_the_layer_loses_comes_from_the_database(
    arrive, awake, lobby, ana, bruno, monkeypatch
):
    reader = await arrive(bruno, lobby)
    monkeypatch.setattr(awake.event_router, "route", lambda event: None)
    await say(lobby, ana, "lost", "lost too")
    await reader.sees("lost", "lost too")


async def test_a_dead_layer_does_not_make_an_error_of_a_stored_message(
    arrive, lobby, ana, bruno, monkeypatch
):
    async def dead(*arguments):
        raise ConnectionError

    page, witness = await arrive(ana, lobby), await arrive(bruno, lobby)
    monkeypatch.setattr(get_channel_layer(), "group_send", dead)
    await page.post("stored")
    await witness.sees("stored")


async def test_a_frozen_layer_keeps_nobody_out(arrive, lobby, ana, bruno, monkeypatch):
    async def frozen(*arguments):
        await asyncio.Event().wait()

    monkeypatch.setattr(get_channel_layer(), "group_add", frozen)
    monkeypatch.setattr(get_channel_layer(), "group_send", frozen)
    page, witness = await arrive(ana, lobby), await arrive(bruno, lobby)
    await page.post("stored")
    await witness.sees("stored")


async def test_a_room_that_cannot_be_drawn_does_not_stop_another(
    arrive, awake, lobby, den, ana, bruno, monkeypatch
):
    broken, fine = await arrive(bruno, lobby), await arrive(ana, den)
    render = broadcasts.render_changes

    def fail_for_one(messages, revision):
        assert not any(message.room_id == lobby.pk for message in messages)
        return render(messages, revision)

    monkeypatch.setattr(awake.event_router, "route", lambda event: None)
    monkeypatch.setattr(broadcasts, "render_changes", fail_for_one)
    await say(lobby, bruno, "cannot be drawn")
    await say(den, ana, "can be drawn")
    await fine.sees("can be drawn")
    assert (broken.page.texts, broken.code) == ([], None)


async def test_an_event_that_makes_no_sense_leaves_the_hub_listening(arrive, lobby, ana, bruno):
    reader = await arrive(bruno, lobby)
    layer = get_channel_layer()
    for event in ({"type": "room.changed", "room": lobby.pk}, {"type": "presence.changed"}):
        await layer.group_send(f"room.{lobby.pk}", event)
    await say(lobby, ana, "fine")
    await reader.sees("fine")


async def test_a_database_that_is_away_sends_the_sender_back_with_the_text(
    arrive, lobby, ana, monkeypatch
):
    def away(sends):
        raise OperationalError

    page = await arrive(ana, lobby)
    monkeypatch.setattr(live_post_queue, "post_all", away)
    await page.send(body="hi", nonce="n")
    assert await page.closed() == COME_BACK
    monkeypatch.undo()
    again = await arrive(ana, lobby)
    await again.post("hi", "n")
    assert (again.page.acknowledged, await stored(), post_queue._waiting) == (["n"], ["hi"], [])


async def test_a_message_that_cannot_be_stored_is_given_back_and_takes_no_other_with_it(
    arrive, lobby, ana, bruno, monkeypatch
):
    post_all = live_post_queue.post_all

    def choke(sends):
        assert not any(send.fields["body"] == "poison" for send in sends)
        return post_all(sends)

    page, other = await arrive(ana, lobby), await arrive(bruno, lobby)
    monkeypatch.setattr(live_post_queue, "post_all", choke)
    await page.send(body="poison", nonce="n")
    await other.send(body="hi", nonce="o")
    await other.sees("hi")
    await page.until(lambda page: page.refusals)
    assert "went wrong" in page.page.refusal
    assert (page.code, page.page.acknowledged, await stored()) == (None, [], ["hi"])


async def test_the_end_of_the_process_waits_for_what_was_sent(arrive, lobby, ana):
    page = await arrive(ana, lobby)
    await page.send(body="hi", nonce="n")
    await asyncio.sleep(0)
    await post_queue.settled()
    assert await stored() == ["hi"]


async def test_events_that_a_frozen_layer_does_not_take_do_not_pile_up(awake, monkeypatch):
    tried, thawed = [], asyncio.Event()

    async def frozen(group, event):
        tried.append(event)
        await thawed.wait()

    monkeypatch.setattr(get_channel_layer(), "group_send", frozen)
    monkeypatch.setattr(user_broadcasts, "MAX_PENDING", 3)
    for number in range(10):
        user_broadcasts.publish("room.1", {"type": "room.typing", "number": number})
    await asyncio.sleep(0.05)
    assert [event["number"] for event in tried] == [0, 1, 2]
    thawed.set()
    await asyncio.sleep(0)
