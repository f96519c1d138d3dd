"""Sockets: nothing is sent to who may not read on."""

import asyncio
from datetime import timedelta

import pytest
from django.utils import timezone

from messaging import sockets
from messaging.tests.said import say
from rooms import actions as room_actions
from rooms.models import Membership, Presence, Room
from users import actions as user_actions
from users.database import in_database
from users.models import Session

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


async def lease_stored(user):
    """Wait until it is: who is no member is known to be in a room by that."""
    for _attempt in range(500):
        if await in_database(Presence.objects.filter(user=user).exists)():
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"no lease of {user} was stored")


async def test_a_room_that_becomes_closed_is_closed_to_who_read_along(arrive, lobby, ana, eve):
    reader = await arrive(eve, lobby)
    await lease_stored(eve)
    await in_database(room_actions.change_room)(lobby, ana, kind=Room.Kind.CLOSED)
    await say(lobby, ana, "secret")
    assert await reader.closed() == NOT_FOUND
    assert "secret" not in "".join(reader.page.taken)


async def test_a_room_that_is_deleted_is_closed_to_everybody(arrive, lobby, ana, bruno):
    readers = [await arrive(user, lobby) for user in (ana, bruno)]
    await in_database(room_actions.delete_room)(lobby)
    assert [await reader.closed() for reader in readers] == [NOT_FOUND, NOT_FOUND]


async def test_a_session_that_expires_is_closed_at_the_next_look(arrive, awake, lobby, ana, bruno):
    reader, witness = await arrive(bruno, lobby), await arrive(ana, lobby)
    past = timezone.now() - timedelta(seconds=1)
    sessions = Session.objects.filter(pk=reader.client.session.stored_key)
    assert await in_database(sessions.update)(expire_date=past) == 1
    await awake.doorkeeper.check()
    assert (await reader.closed(), witness.code) == (LOG_IN_AGAIN, None)


async def test_access_that_is_lost_while_a_socket_opens_is_noticed(
    arrive, lobby, den, ana, bruno, monkeypatch
):
    """The event that says so comes before the socket has joined the group that would hear it."""
    enter = sockets.enter

    async def enter_and_be_removed(arrival):
        entrance = await enter(arrival)
        await in_database(Membership.objects.filter(user=bruno, room=den).delete)()
        return entrance

    monkeypatch.setattr(sockets, "enter", enter_and_be_removed)
    assert await (await arrive(bruno, den)).closed() == NOT_FOUND


async def test_a_check_that_fails_sends_the_reader_away_to_be_asked_at_the_door(
    arrive, awake, den, bruno, monkeypatch
):
    reader = await arrive(bruno, den)
    monkeypatch.setattr("messaging.access.verdicts", lambda readers: 1 // 0)
    await in_database(room_actions.broadcasts.memberships_changed)(bruno.pk)
    assert await reader.closed() == COME_BACK
