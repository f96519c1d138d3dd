"""Sockets: who can connect, and which frames close the connection."""

import json

import pytest

from core.threads import in_database
from messaging.models import Message
from rooms.models import Room
from users import actions as user_actions

LOG_IN_AGAIN, NOT_FOUND = 4401, 4404
UNSUPPORTED, INVALID, TOO_FAST, COME_BACK = 1003, 1007, 1008, 1013

pytestmark = pytest.mark.django_db(transaction=True)


async def test_ws_anonymous_rejected(arrive, lobby, den):
    for room in (lobby, den):
        assert await (await arrive(None, room, cursor=None)).closed() == LOG_IN_AGAIN


async def test_ws_outsider_closed_room_is_like_a_room_that_does_not_exist(arrive, den, eve):
    closed = await arrive(eve, den, cursor=None)
    missing = await arrive(eve, Room(slug="nowhere"), cursor=None)
    assert [await closed.closed(), await missing.closed()] == [NOT_FOUND, NOT_FOUND]
    assert closed.page.taken == missing.page.taken == [""]


@pytest.mark.parametrize("slug", ["../lobby", "lobby/x", "LOBBY\x00", "x" * 500, "%00"])
async def test_a_path_that_there_is_not_is_closed_for_good(arrive, lobby, ana, slug):
    assert await (await arrive(ana, Room(slug=slug), cursor=None)).closed() == NOT_FOUND


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "", "http://127.0.0.1.evil"])
async def test_ws_foreign_origin_rejected(arrive, lobby, ana, awake, origin):
    page = await arrive(ana, lobby, cursor=None, origin=origin)
    assert (page.accepted, len(awake.registry.readers)) == (False, 0)


async def test_somebody_who_was_deactivated_is_asked_to_log_in(arrive, lobby, bruno, client_of):
    await arrive(bruno, lobby)
    await in_database(user_actions.deactivate)(bruno)
    assert await (await arrive(bruno, lobby, cursor=None)).closed() == LOG_IN_AGAIN


# Frames


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("{", INVALID),
        ("", INVALID),
        ("null", INVALID),
        ("[" * 60_000, INVALID),
        ('{"a":' * 10_000, INVALID),
        ("9" * 60_000, INVALID),
        (b"\x00\xff", UNSUPPORTED),
        (b"", UNSUPPORTED),
    ],
)
async def test_ws_garbage_closes_its_own_socket_only(arrive, lobby, ana, bruno, frame, code):
    bad, good = await arrive(ana, lobby), await arrive(bruno, lobby)
    await bad.send_frame(frame)
    assert await bad.closed() == code
    await good.post("fine")
    await good.sees("fine")
    assert "Traceback" not in "".join(bad.page.taken)


@pytest.mark.parametrize(
    "frame",
    [
        {"type": "room.changed", "room": 1, "html": {"en": "<b>x</b>"}},
        {"type": "websocket.disconnect", "code": 1000},
        {"body": {"type": "access.changed", "user": 1}},
        {"body": ["body", "x"], "headers": []},
        {"body": {"body": ["x"], "nonce": {"a": 1}}},
        {"unknown": "x", "seen": "NaN"},
        {"seen": str(2**63)},
        {},
    ],
)
async def test_a_type_or_field_of_the_clients_own_means_nothing(arrive, lobby, ana, bruno, frame):
    page, other = await arrive(ana, lobby), await arrive(bruno, lobby)
    await page.send_frame(json.dumps(frame))
    await page.post("still here")
    for socket in (page, other):
        await socket.sees("still here")


async def test_ws_headers_cannot_set_anything(arrive, lobby, den, ana, bruno):
    page = await arrive(bruno, lobby)
    fields = {"author": ana.pk, "room": den.pk, "position": 9, "created_at": "2001-01-01"}
    body = {"body": "hi", "nonce": "n", **{name: str(value) for name, value in fields.items()}}
    await page.send_frame(json.dumps({"headers": {**fields, "body": "x"}, "body": body}))
    await page.sees("hi")
    message = await in_database(Message.objects.get)()
    assert (message.author_id, message.room_id, message.position) == (bruno.pk, lobby.pk, 1)


async def test_ws_flood_is_told_off_and_closed_and_nobody_else_is(arrive, lobby, ana, bruno):
    page, other = await arrive(ana, lobby), await arrive(bruno, lobby)
    for _ in range(300):
        await page.send(nothing="x")
    assert await page.closed() == TOO_FAST
    await other.post("fine")
    await other.sees("fine")
