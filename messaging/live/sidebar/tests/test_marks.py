"""Sockets: the numbers of new messages and of calls, in the list of rooms and in the title."""

import asyncio
from unittest.mock import AsyncMock

import pytest
from channels.layers import get_channel_layer

from core.threads import in_database
from messaging.live.sidebar import lists, queries
from messaging.message.actions import delete_message, edit_message
from messaging.models import Message
from messaging.tests.said import say
from rooms import actions as room_actions
from rooms import broadcasts
from rooms.models import Membership

from .shown import calls, marks, news, pushed, title

pytestmark = pytest.mark.django_db(transaction=True)


async def settled(hub):
    """Draw everything that is to be drawn now."""
    for _ in range(2):
        await hub.room_lists.draw()


async def test_the_number_of_new_messages_of_another_room_moves(arrive, lobby, den, ana, bruno):
    reader = await arrive(bruno, lobby)
    await say(den, ana, "one", "two", "three")
    await reader.until(lambda page: news(page, den) == "3")
    await say(den, ana, "four")
    await reader.until(lambda page: news(page, den) == "4")
    assert (calls(reader.page, den), title(reader.page)) == ("", "")


async def test_mentions_are_counted_apart_and_in_the_title(arrive, lobby, den, ana, bruno):
    reader = await arrive(bruno, lobby)
    await say(den, ana, "one", "two, @bruno", "three")
    await reader.until(lambda page: marks(page).get(den.pk) == ("3", "1"))
    await reader.until(lambda page: title(page) == "(1) ")
    direct = await in_database(room_actions.open_direct_room)(ana, bruno)
    await say(direct, ana, "a", "b")
    await reader.until(lambda page: title(page) == "(3) " and calls(page, direct) == "2")


async def test_an_edit_or_a_deletion_takes_a_call_back(arrive, lobby, den, ana, bruno):
    reader = await arrive(bruno, lobby)
    await say(den, ana, "one, @bruno", "two, @bruno")
    await reader.until(lambda page: title(page) == "(2) ")
    one, two = await in_database(list)(Message.objects.filter(room=den).order_by("position"))
    await in_database(edit_message)(one, "one")
    await reader.until(lambda page: title(page) == "(1) ")
    await in_database(delete_message)(two)
    await reader.until(lambda page: title(page) == "")
    assert marks(reader.page)[den.pk] == ("2", "")


async def test_what_is_read_in_one_tab_is_cleared_in_the_others(arrive, lobby, den, ana, bruno):
    here, there = await arrive(bruno, lobby), await arrive(bruno, den)
    await say(den, ana, "one, @bruno", "two")
    await here.until(lambda page: news(page, den) == "2")
    await there.send(seen="1")
    await here.until(lambda page: marks(page)[den.pk] == ("1", "") and title(page) == "")
    await there.send(seen="2")
    await here.until(lambda page: marks(page)[den.pk] == ("", ""))


async def test_what_is_marked_unread_is_counted_again(arrive, awake, lobby, den, ana, bruno):
    await say(den, ana, "one", "two")
    membership = await in_database(den.membership_of)(bruno)
    await in_database(room_actions.mark_read)(membership, 2)
    reader = await arrive(bruno, lobby)
    await reader.until(lambda page: den.pk in marks(page))
    await in_database(Membership.objects.filter(pk=membership.pk).update)(last_read_position=1)
    await in_database(broadcasts.room_read)(membership.room_id, membership.user_id)
    await reader.until(lambda page: news(page, den) == "1")


async def test_ones_own_messages_are_not_news_to_ones_other_pages(arrive, awake, lobby, den, bruno):
    here, there = await arrive(bruno, lobby), await arrive(bruno, den)
    await there.post("mine, @bruno")
    await awake.backfill.compare()
    await settled(awake)
    assert marks(here.page).get(den.pk, ("", "")) == ("", "")


async def test_a_page_that_reads_the_room_is_shown_no_number(arrive, awake, lobby, ana, bruno):
    reader = await arrive(bruno, lobby)
    await reader.until(lambda page: lobby.pk in marks(page))
    for position in range(1, 4):
        await say(lobby, ana, f"@bruno, {position}")
        await settled(awake)
        await reader.send(seen=position)
        await asyncio.sleep(1.2)  # it is stored at most once a second
    assert pushed(reader.page, lobby) == 1  # the greeting


async def test_what_is_not_seen_in_the_open_room_counts_after_a_while(
    arrive, awake, lobby, ana, bruno, monkeypatch
):
    """As in a hidden tab, or on a page in the middle of history."""
    monkeypatch.setattr(lists, "READING_SECONDS", 0.7)
    reader = await arrive(bruno, lobby)
    await reader.until(lambda page: lobby.pk in marks(page))
    await say(lobby, ana, "@bruno")
    await settled(awake)
    assert news(reader.page, lobby) == calls(reader.page, lobby) == ""
    await reader.until(lambda page: calls(page, lobby) == "1" and title(page) == "(1) ")


async def test_a_page_that_connects_late_is_told_what_has_changed_since(
    arrive, lobby, den, ana, bruno
):
    reader = await arrive(bruno, lobby, cursor=None)
    await say(den, ana, "one, @bruno")
    await asyncio.sleep(1.2)  # two ticks
    assert marks(reader.page) == {}  # it has not been admitted yet
    await reader.catch_up(0)
    await reader.until(lambda page: calls(page, den) == "1" and title(page) == "(1) ")


async def test_lost_events_are_made_up_for_from_the_database(
    arrive, awake, lobby, den, ana, bruno, monkeypatch
):
    here, there = await arrive(bruno, lobby), await arrive(bruno, den)
    monkeypatch.setattr(get_channel_layer(), "group_send", AsyncMock())  # all events are lost
    await say(den, ana, "one, @bruno")
    await here.until(lambda page: calls(page, den) == "1")
    await there.send(seen="1")
    await here.until(lambda page: calls(page, den) == "" and title(page) == "")


async def test_a_burst_is_one_query_and_one_rendering_for_all_who_watch(
    arrive, awake, lobby, den, ana, bruno, monkeypatch
):
    asked, drawn = [], []
    real_marks, real_unread = queries.marks, broadcasts.render_unread
    readers = [await arrive(bruno, lobby) for _ in range(5)]
    for reader in readers:
        await reader.until(lambda page: den.pk in marks(page))
    monkeypatch.setattr(queries, "marks", lambda *a: asked.append(a) or real_marks(*a))
    monkeypatch.setattr(broadcasts, "render_unread", lambda *a: drawn.append(a) or real_unread(*a))
    await say(den, ana, *(f"m{n}" for n in range(30)))
    for reader in readers:
        await reader.until(lambda page: news(page, den) == "30")
    assert len(drawn) == len({mark for _room, mark in drawn}) <= len(asked) <= 4


async def test_a_hundred_and_more_are_sent_once(arrive, lobby, den, ana, bruno):
    reader = await arrive(bruno, lobby)
    await say(den, ana, *(f"m{n}" for n in range(120)))
    await reader.until(lambda page: news(page, den) == "99+")
    before = pushed(reader.page, den)
    await say(den, ana, "more")
    await say(lobby, ana, "end")
    await reader.sees("end")
    await asyncio.sleep(1.2)  # two ticks
    assert pushed(reader.page, den) == before


async def test_a_query_that_fails_is_asked_again(
    arrive, awake, lobby, den, ana, bruno, monkeypatch
):
    reader = await arrive(bruno, lobby)
    await reader.until(lambda page: den.pk in marks(page))
    with monkeypatch.context() as patched:
        patched.setattr(queries, "marks", lambda *arguments: 1 // 0)
        await say(den, ana, "one")
        await asyncio.sleep(1.2)  # two ticks
    await reader.until(lambda page: news(page, den) == "1")


async def test_rooms_that_nobody_watches_any_more_cost_no_memory(
    arrive, awake, lobby, den, ana, bruno
):
    readers = [await arrive(bruno, lobby), await arrive(bruno, den)]
    await say(den, ana, *(f"m{n}" for n in range(20)))
    assert set(awake.registry.feeds) == {lobby.pk, den.pk}
    for reader in readers:
        await reader.leave()
        reader.accepted = False
    assert (awake.registry.feeds, awake.registry.marks) == ({}, {})


async def test_a_room_that_one_was_removed_from_shows_no_life(
    arrive, awake, lobby, den, ana, bruno
):
    reader = await arrive(bruno, lobby)
    await in_database(lambda: room_actions.end_membership(den.membership_of(bruno)))()
    await say(den, ana, "secret, @bruno", "@room")
    await awake.backfill.compare()
    await settled(awake)
    await say(lobby, ana, "end")
    await reader.sees("end")
    assert (marks(reader.page).get(den.pk, ("", "")), title(reader.page)) == (("", ""), "")
