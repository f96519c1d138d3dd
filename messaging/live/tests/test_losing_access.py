"""Sockets: users who lost access are sent nothing."""

import asyncio
import threading
from datetime import timedelta
from unittest.mock import AsyncMock

import pytest
from channels.layers import get_channel_layer
from django.utils import timezone

from core.threads import in_database
from messaging.live import access_monitor, access_queries, admission
from messaging.live.sidebar.tests.shown import marks
from messaging.message import broadcasts
from messaging.tests.said import say
from rooms import actions as room_actions
from rooms.models import Membership, Presence, Room
from rooms.moderation.actions import ban_person
from rooms.presence.here import Here
from users import actions as user_actions
from users.models import Session, User

LOG_IN_AGAIN, NOT_FOUND = 4401, 4404
UNSUPPORTED, INVALID, TOO_FAST, COME_BACK = 1003, 1007, 1008, 1013

pytestmark = pytest.mark.django_db(transaction=True)


async def log_out(user, room, socket):
    await in_database(socket.client.logout)()
    return LOG_IN_AGAIN


async def change_password(user, room, socket):
    await in_database(user_actions.change_password)(user, "another horse")
    return LOG_IN_AGAIN


async def deactivate(user, room, socket):
    await in_database(user_actions.deactivate)(user)
    return LOG_IN_AGAIN


async def end_session(user, room, socket):
    session = socket.client.session.stored_key
    await in_database(user_actions.end_session)(user, session)
    return LOG_IN_AGAIN


async def remove(user, room, socket):
    await in_database(lambda: room_actions.end_membership(room.membership_of(user)))()
    return NOT_FOUND


@pytest.mark.parametrize("lose_access", [log_out, change_password, deactivate, remove])
async def test_nothing_arrives_after_access_was_lost(arrive, den, ana, bruno, lose_access):
    reader, witness = await arrive(bruno, den), await arrive(ana, den)
    await say(den, ana, "before")
    await reader.sees("before")
    code = await lose_access(bruno, den, reader)
    await say(den, ana, "secret")
    assert await reader.closed() == code
    await witness.sees("before", "secret")
    assert "secret" not in "".join(reader.page.taken)


async def test_an_old_cursor_brings_a_removed_member_nothing(arrive, den, ana, bruno):
    reader = await arrive(bruno, den)
    await remove(bruno, den, reader)
    await say(den, ana, "secret")
    again = await arrive(bruno, den, cursor=None)
    assert (await again.closed(), again.page.taken) == (NOT_FOUND, [""])


async def test_logging_out_ends_that_session_only(arrive, lobby, ana, bruno):
    here, there = await arrive(bruno, lobby), await arrive(bruno, lobby)
    await in_database(here.client.logout)()
    assert await here.closed() == LOG_IN_AGAIN
    await say(lobby, ana, "still there?")
    await there.sees("still there?")


async def close_room(user, room, socket):
    """Everything about the room changes at once; users without access must not see any of it."""
    editor = await in_database(User.objects.get)(is_administrator=True)
    changes = {"name": "Secret plans", "topic": "secret", "kind": Room.Kind.CLOSED}
    await in_database(room_actions.change_room)(room, editor, **changes)
    return NOT_FOUND


async def ban(user, room, socket):
    moderator = await in_database(User.objects.get)(is_administrator=True)
    await in_database(ban_person)(room, user, moderator)
    return NOT_FOUND


TOLD = {"access.changed", "room.narrowed"}


@pytest.fixture(params=["in order", "in reverse", "the warnings are lost"])
def layer(request, monkeypatch):
    """The channel layer, which may deliver messages before the event about lost access."""
    layer = get_channel_layer()
    group_send, late = layer.group_send, []

    async def send_in_reverse(group, event):
        if event["type"] in TOLD:
            late.append((group, event))
        else:
            await group_send(group, event)
            while event["type"] == "room.changed" and late:
                await group_send(*late.pop())

    async def lose_warnings(group, event):
        if event["type"] not in TOLD:
            await group_send(group, event)

    ways = {"in reverse": send_in_reverse, "the warnings are lost": lose_warnings}
    if request.param in ways:
        monkeypatch.setattr(layer, "group_send", ways[request.param])
    return layer


@pytest.mark.parametrize(
    "lose_access", [log_out, change_password, deactivate, end_session, close_room, ban]
)
async def test_who_came_in_a_moment_before_is_sent_nothing_more(
    arrive, awake, layer, lobby, ana, bruno, eve, lose_access
):
    """Eve has no stored lease and is not a member, so only her socket is known."""
    awake.presence.arrive = lambda *arrival: None
    witness, reader = await arrive(bruno, lobby), await arrive(eve, lobby)
    before = len(reader.page.taken)
    code = await lose_access(eve, lobby, reader)
    await say(lobby, ana, "secret")
    assert await reader.closed() == code
    await witness.sees("secret")
    assert "ecret" not in "".join(reader.page.taken[before:])


@pytest.mark.parametrize("lose_access", [remove, deactivate, ban])
async def test_an_unread_mark_tells_nobody_of_a_room_that_they_lost(
    arrive, layer, lobby, den, ana, bruno, lose_access
):
    reader, witness = await arrive(bruno, lobby), await arrive(ana, den)
    await lose_access(bruno, den, reader)
    await say(den, ana, "secret")
    await witness.sees("secret")
    await in_database(room_actions.broadcasts.access_changed)(bruno.pk)
    await asyncio.sleep(1.2)  # two ticks
    await say(lobby, ana, "end")
    await reader.until(lambda page: page.texts == ["end"] or reader.code)
    assert marks(reader.page).get(den.pk, ("", "")) == ("", "")


async def test_who_is_typing_and_who_is_here_is_told_to_nobody_who_lost_access(
    arrive, awake, layer, lobby, ana, bruno, eve
):
    typist, reader = await arrive(bruno, lobby), await arrive(eve, lobby)
    await close_room(eve, lobby, reader)
    await typist.send(typing="1")
    await arrive(ana, lobby)
    await awake.presence.flush()
    await awake.ephemeral.draw()
    assert await reader.closed() == NOT_FOUND
    sent = "".join(reader.page.taken)
    assert ('class="typist"' in sent, f'data-person="{ana.pk}"' in sent) == (False, False)


async def test_whoever_lost_access_is_not_shown_as_here_even_if_their_connection_lasts(
    arrive, awake, den, ana, bruno, monkeypatch
):
    await arrive(ana, den)
    monkeypatch.setattr("messaging.live.reader.Reader.close", lambda reader, code: None)
    reader = await arrive(bruno, den)
    await awake.presence.flush()
    await remove(bruno, den, reader)
    people = await in_database(Presence.objects.people_in)([den.pk])
    assert people == {den.pk: [Here.of(ana)]}


async def test_a_room_that_is_deleted_is_closed_to_everybody(
    arrive, awake, layer, lobby, ana, bruno, eve
):
    awake.presence.arrive = lambda *arrival: None
    readers = [await arrive(user, lobby) for user in (ana, bruno, eve)]
    await in_database(room_actions.delete_room)(lobby)
    assert [await reader.closed() for reader in readers] == [NOT_FOUND] * 3


async def test_what_was_read_for_a_page_before_access_was_lost_does_not_leave_after(
    arrive, den, ana, bruno, monkeypatch
):
    """The query for missed changes begins before access is lost and ends after it."""
    changes_since, asked, changed = broadcasts.changes_since, threading.Event(), threading.Event()

    def be_slow(*arguments):
        found = changes_since(*arguments)
        asked.set()
        changed.wait(10)
        return found

    await say(den, ana, "said before")
    reader = await arrive(bruno, den, cursor=None)
    monkeypatch.setattr(broadcasts, "changes_since", be_slow)
    monkeypatch.setattr(get_channel_layer(), "group_send", AsyncMock())  # all events are lost
    await reader.send(cursor=0)
    await asyncio.to_thread(asked.wait, 10)
    await remove(bruno, den, reader)
    changed.set()
    assert (await reader.closed(), reader.page.taken) == (NOT_FOUND, [""])


async def test_a_change_of_access_is_looked_into_with_few_queries_however_many_read(
    arrive, awake, lobby, ana, bruno, eve, monkeypatch
):
    asked = []
    monkeypatch.setattr(
        access_queries, "shut_out", lambda room, readers: asked.append(len(readers)) or []
    )
    readers = [await arrive(bruno, lobby) for _ in range(20)]
    await say(lobby, ana, "before")
    await in_database(ban_person)(lobby, eve, ana)
    await say(lobby, ana, "after", "later")
    for reader in readers:
        await reader.sees("before", "after", "later")
    assert asked == [20]


async def test_a_session_that_expires_is_closed_at_the_next_look(arrive, awake, lobby, ana, bruno):
    reader, witness = await arrive(bruno, lobby), await arrive(ana, lobby)
    past = timezone.now() - timedelta(seconds=1)
    sessions = Session.objects.filter(pk=reader.client.session.stored_key)
    assert await in_database(sessions.update)(expire_date=past) == 1
    for _ in range(access_monitor.PARTS):
        await awake.access_monitor.check_some()
    assert (await reader.closed(), witness.code) == (LOG_IN_AGAIN, None)


async def test_a_look_at_everybody_asks_for_a_few_at_a_time(
    monkeypatch, arrive, awake, lobby, bruno
):
    asked = []
    close_codes = access_queries.close_codes

    def noted(readers):
        asked.append(readers)
        return close_codes(readers)

    readers = [await arrive(bruno, lobby) for _ in range(15)]
    monkeypatch.setattr(access_queries, "close_codes", noted)
    for _ in range(2 * access_monitor.PARTS):  # the hub looks now and then, too
        await awake.access_monitor.check_some()
    assert max(map(len, asked)) == 2
    assert len({reader for part in asked for reader in part}) == len(readers)


async def test_access_that_is_lost_while_a_socket_opens_is_detected(
    arrive, lobby, den, ana, bruno, monkeypatch
):
    """The event arrives before the socket has joined the group for it."""
    enter = admission.enter

    async def enter_and_be_removed(arrival):
        entrance = await enter(arrival)
        await in_database(Membership.objects.filter(user=bruno, room=den).delete)()
        return entrance

    monkeypatch.setattr(admission, "enter", enter_and_be_removed)
    assert await (await arrive(bruno, den)).closed() == NOT_FOUND


async def test_a_check_that_fails_sends_the_reader_away_to_be_asked_at_the_door(
    arrive, awake, den, bruno, monkeypatch
):
    reader = await arrive(bruno, den)
    monkeypatch.setattr("messaging.live.access_queries.close_codes", lambda readers: 1 // 0)
    await in_database(room_actions.broadcasts.access_changed)(bruno.pk)
    assert await reader.closed() == COME_BACK
