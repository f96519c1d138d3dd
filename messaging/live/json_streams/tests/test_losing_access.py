"""A stream ends as soon as its program may not read any more, with nothing of what follows."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.threads import in_database
from messaging.live.json_streams.tests.losses import LOSSES
from rooms.actions import change_room
from rooms.models import Room
from users.access.revision import narrow_access
from users.bots.actions import retire_bot
from users.models import User

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES.keys())
async def test_the_stream_of_the_room_ends(follow, robot, den, lobby, ana, say, loss):
    program = await follow(den, robot)
    await in_database(say)(den, ana, "before")
    await program.until(lambda each: each.bodies == ["before"])
    await in_database(loss)(robot, den, lobby, ana)
    if await in_database(Room.objects.filter(pk=den.pk).exists)():
        await in_database(say)(den, ana, "secret")
    await program.ended()
    assert program.bodies == ["before"]


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES.keys())
async def test_nothing_follows_even_if_the_layer_loses_the_events(
    follow, robot, den, lobby, ana, say, loss, monkeypatch
):
    program = await follow(den, robot)
    with monkeypatch.context() as patch:
        patch.setattr("core.events._send", _drop)
        await in_database(loss)(robot, den, lobby, ana)
    if await in_database(Room.objects.filter(pk=den.pk).exists)():
        await in_database(say)(den, ana, "secret")
    await program.ended()
    assert program.bodies == []


async def _drop(group, event):
    pass


async def test_a_token_that_expires_ends_its_streams(follow, follow_all, den, bruno, token_of):
    soon = timezone.now() + timedelta(seconds=2)
    token = await in_database(token_of)(bruno, expires_at=soon)
    programs = [await follow(den, token=token), await follow_all(bruno, token=token)]
    for program in programs:
        await program.ended()
    assert timezone.now() >= soon


async def test_a_new_password_leaves_a_program_alone(follow, den, bruno, say):
    program = await follow(den, bruno)
    await in_database(_new_password)(bruno)
    await in_database(say)(den, bruno, "still here")
    await program.until(lambda each: each.bodies == ["still here"])


def _new_password(user):
    user.set_password("another one")
    user.save(update_fields=["password"])
    narrow_access([user.pk])


async def test_an_open_room_that_is_closed_ends_the_streams_of_outsiders(follow, lobby, eve, ana):
    program = await follow(lobby, eve)
    await in_database(change_room)(lobby, ana, kind=Room.Kind.CLOSED)
    await program.ended()


async def test_others_go_on(follow, den, ana, bruno, robot, say):
    program, other = await follow(den, robot), await follow(den, bruno)
    await in_database(retire_bot)(await in_database(User.objects.get)(pk=robot.pk))
    await program.ended()
    await in_database(say)(den, ana, "hello")
    await other.until(lambda each: each.bodies == ["hello"])


async def test_what_was_read_after_the_check_is_not_sent(follow, robot, den, ana, say, monkeypatch):
    program = await follow(den, robot)
    monkeypatch.setattr("core.events._send", _drop)
    await in_database(retire_bot)(await in_database(User.objects.get)(pk=robot.pk))
    await in_database(say)(den, ana, "secret")
    program.stream._wake(1)
    await program.ended()
    assert program.bodies == []
