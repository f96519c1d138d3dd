"""A program that streams all rooms knows where each of them is, and of no other."""

import pytest

from core.threads import in_database
from messaging.live.json_streams import rooms as live_rooms
from messaging.live.json_streams.tests.losses import LOSSES
from messaging.live.json_streams.tests.programs import until
from messaging.message.actions import edit_message
from rooms.actions import create_room, end_membership, join_room
from rooms.models import Room
from users.tokens.actions import revoke_token

pytestmark = pytest.mark.django_db(transaction=True)


def place(room, revision, posted):
    return {"room": room.slug, "revision": revision, "posted": posted}


async def test_it_begins_with_every_room_that_the_person_may_see(
    follow_all, lobby, den, ana, eve, say
):
    await in_database(say)(lobby, ana, "hello")
    assert (await follow_all(eve)).data == [place(lobby, 1, False)]
    assert (await follow_all(ana)).data == [place(lobby, 1, False), place(den, 0, False)]


async def test_a_limited_token_knows_only_its_rooms(follow_all, lobby, den, ana, token_of):
    token = await in_database(token_of)(ana, rooms=[den])
    assert (await follow_all(ana, token=token)).data == [place(den, 0, False)]


async def test_it_says_when_a_room_moves_and_whether_by_a_post(follow_all, lobby, ana, say):
    program = await follow_all(ana)
    message = await in_database(say)(lobby, ana, "hello")
    await program.until(lambda each: each.data[1:] == [place(lobby, 1, True)])
    await in_database(edit_message)(message, "changed")
    await program.until(lambda each: each.data[2:] == [place(lobby, 2, False)])


async def test_a_move_that_the_layer_lost_arrives_too(follow_all, lobby, ana, say, monkeypatch):
    program = await follow_all(ana)
    with monkeypatch.context() as patch:
        patch.setattr("messaging.message.broadcasts.publish", lambda group, event: None)
        await in_database(say)(lobby, ana, "lost")
    await program.until(lambda each: each.data[1:] == [place(lobby, 1, True)])


async def test_a_program_that_takes_nothing_finds_the_newest_state_only(
    follow_all, lobby, ana, say
):
    program = await follow_all(ana)
    program.is_taking.clear()
    await in_database(say)(lobby, ana, "first")
    await program.until(lambda each: each.data[1:] == [place(lobby, 1, True)])
    for number in range(5):
        await in_database(say)(lobby, ana, f"{number}")
    await until(lambda: program.stream.known[lobby.pk].revision == 6)
    program.is_taking.set()
    await program.until(lambda each: each.data[2:] == [place(lobby, 6, True)])


async def test_a_program_that_went_away_is_forgotten(follow_all, lobby, ana):
    program = await follow_all(ana)
    program.is_gone.set()
    await program.ended()
    assert program.stream not in live_rooms.rooms_watch._streams


async def test_new_rooms_and_new_memberships_appear(follow_all, lobby, den, ana, eve):
    program = await follow_all(eve)
    cellar = await in_database(create_room)(ana, "Cellar")
    await program.until(lambda each: each.data[-1]["room"] == cellar.slug)
    await in_database(join_room)(den, eve)
    await program.until(lambda each: each.data[-1]["room"] == den.slug)


async def test_a_room_that_one_leaves_is_not_told_of_any_more(
    follow_all, lobby, den, ana, bruno, say
):
    program = await follow_all(bruno)
    membership = await in_database(den.membership_of)(bruno)
    await in_database(end_membership)(membership, by=ana)
    await in_database(say)(den, ana, "secret")
    await in_database(say)(lobby, ana, "hello")
    await program.until(lambda each: each.data[-1] == place(lobby, 1, True))
    await program.until(lambda each: den.pk not in each.stream.known)
    assert program.data[2:] == [place(lobby, 1, True)]


@pytest.mark.parametrize("how", ["retired", "owner deactivated", "token revoked"])
async def test_it_ends_with_the_token(follow_all, robot, den, lobby, ana, how):
    program = await follow_all(robot)
    await in_database(LOSSES[how])(robot, den, lobby, ana)
    await program.ended()


async def test_a_revoked_token_ends_it_even_if_the_layer_loses_the_event(
    follow_all, lobby, ana, token_of, monkeypatch
):
    token = await in_database(token_of)(ana)
    program = await follow_all(ana, token=token)
    with monkeypatch.context() as patch:
        patch.setattr("users.broadcasts.publish", lambda group, event: None)
        await in_database(revoke_token)(token)
    await program.ended()


async def test_a_renamed_room_is_told_by_its_address(follow_all, lobby, ana):
    program = await follow_all(ana)
    await in_database(Room.objects.filter(pk=lobby.pk).update)(slug="porch", revision=9)
    await program.until(
        lambda each: each.data[1:] == [{"room": "porch", "revision": 9, "posted": False}]
    )


async def test_nothing_works_when_the_last_stream_has_ended(follow_all, awake, lobby, ana):
    program = await follow_all(ana)
    await program.close()
    await until(lambda: live_rooms.rooms_watch._task is None)
    assert (awake.registry.feeds, awake.registry.followers) == ({}, {})
