"""Sockets: what comes in by them, what they are sent, and whom they are closed to."""

import asyncio
import json
from datetime import timedelta

import pytest
from channels.layers import get_channel_layer
from django.db import OperationalError
from django.utils import timezone

from messaging import actions, broadcasts, sockets
from messaging.models import BODY_LIMIT, Message
from messaging.outbox import outbox
from rooms import actions as room_actions
from rooms.models import Membership, Room
from users import actions as user_actions
from users.database import in_database
from users.models import Session

LOG_IN_AGAIN, NOT_FOUND = 4401, 4404
UNSUPPORTED, INVALID, TOO_FAST, COME_BACK = 1003, 1007, 1008, 1013

pytestmark = pytest.mark.django_db(transaction=True)


async def say(room, author, *texts):
    """Post from elsewhere, as a form does."""
    for text in texts:
        await in_database(actions.post_message)(room, author, text, text)


async def stored():
    return await in_database(lambda: list(Message.objects.values_list("body", flat=True)))()


# Posting and reading


async def test_what_one_posts_everybody_sees_once_and_in_order(arrive, lobby, ana, bruno, eve):
    people = [await arrive(user, lobby) for user in (ana, bruno, eve)]
    await people[0].post("one")
    await people[1].post("two")
    await say(lobby, ana, "three")
    for person in people:
        await person.sees("one", "two", "three")
        assert person.page.positions == [1, 2, 3]
    assert (people[0].page.acknowledged, people[1].page.acknowledged) == (["one"], ["two"])


async def test_edits_and_deletions_arrive_in_place(arrive, lobby, ana, bruno):
    reader = await arrive(bruno, lobby)
    await say(lobby, ana, "one", "two")
    first, second = await in_database(
        lambda: list(Message.objects.select_related("room").order_by("position"))
    )()
    await in_database(actions.edit_message)(first, "ONE")
    await in_database(actions.delete_message)(second)
    await reader.sees("ONE", "This message was deleted.")


async def test_a_page_that_was_away_is_brought_up_to_date_in_batches(arrive, lobby, ana, bruno):
    drafts = [actions.Draft(ana, f"m{n}", f"n{n}") for n in range(250)]
    await in_database(actions.post_messages)(lobby, drafts)
    reader = await arrive(bruno, lobby, cursor=10)
    await reader.until(lambda page: page.cursor == 250)
    assert reader.page.positions == list(range(11, 251))
    assert [push.count("<article") for push in reader.page.taken[1:]] == [100, 100, 40]


async def test_a_page_that_asks_always_has_an_answer(arrive, lobby, ana):
    await say(lobby, ana, "one")
    reader = await arrive(ana, lobby, cursor=1)
    await reader.send(cursor=1)
    await reader.until(lambda page: len(page.taken) == 3)
    assert (reader.page.cursor, reader.page.texts) == (1, [])


@pytest.mark.parametrize("cursor", ["-1", "NaN", "٣", "", "1e3", str(2**63), "9" * 5000])
async def test_a_cursor_that_is_no_number_does_nothing(arrive, lobby, ana, cursor):
    reader = await arrive(ana, lobby)
    before = len(reader.page.taken)
    await reader.send(cursor=cursor)
    await reader.post("still here")
    assert reader.page.acknowledged == ["still here"]
    assert sum("<article" in push for push in reader.page.taken[before:]) <= 1


async def test_a_cursor_from_the_future_comes_down_to_what_there_is(arrive, lobby, ana):
    await say(lobby, ana, "one")
    reader = await arrive(ana, lobby, cursor=10_000)
    await reader.until(lambda page: page.cursor == 1)
    await say(lobby, ana, "two")
    await reader.sees("two")


async def test_fifty_people_at_once_are_all_stored_once(arrive, lobby, ana, bruno):
    pages = [await arrive(user, lobby) for user in (ana, bruno)]
    sends = [page.post(f"{n}-{k}") for k, page in enumerate(pages) for n in range(25)]
    await asyncio.gather(*sends[:25])
    await asyncio.gather(*sends[25:])
    for page in pages:
        await page.until(lambda page: len(page.shown) == 50)
        assert page.page.positions == list(range(1, 51))
    assert sorted(await stored()) == sorted(f"{n}-{k}" for k in (0, 1) for n in range(25))


# The nonce


async def test_a_send_that_is_repeated_is_stored_once_and_answered_alike(arrive, lobby, ana):
    page = await arrive(ana, lobby)
    await page.post("hi", "same")
    await page.post("hi", "same")
    assert page.page.acknowledged == ["same", "same"]
    assert await stored() == ["hi"]


async def test_a_race_of_two_sockets_with_one_nonce_is_stored_once(arrive, lobby, ana):
    pages = [await arrive(ana, lobby) for _ in range(4)]
    for page in pages:
        await page.send(body="hi", nonce="same")
    for page in pages:
        await page.until(lambda page: page.acknowledged == ["same"])
    assert await stored() == ["hi"]


async def test_another_persons_equal_nonce_is_another_message(arrive, lobby, ana, bruno):
    for user in (ana, bruno):
        page = await arrive(user, lobby)
        await page.post(f"by {user}", "same")
    assert await stored() == ["by ana", "by bruno"]


# Refusals


@pytest.mark.parametrize(
    "body", ["", "  \n ", "\u200b\u2060", "a\x00b", "x" * (BODY_LIMIT + 1), "\ud800"]
)
async def test_a_text_that_is_refused_is_answered_and_not_stored(arrive, lobby, ana, bruno, body):
    page, other = await arrive(ana, lobby), await arrive(bruno, lobby)
    await page.post(body, "n")
    assert (page.page.acknowledged, bool(page.page.refusal or page.code)) == ([], True)
    await other.post("fine")
    assert await stored() == ["fine"]


async def test_half_a_letter_pair_does_not_take_others_messages_with_it(arrive, lobby, ana, bruno):
    bad, good = await arrive(ana, lobby), await arrive(bruno, lobby)
    await bad.send(body="a\ud800b", nonce="n")
    await good.send(body="fine", nonce="m")
    await good.until(lambda page: page.acknowledged == ["m"])
    await bad.until(lambda page: page.refusal)
    assert (bad.code, await stored()) == (None, ["fine"])


async def test_one_send_that_cannot_be_stored_leaves_its_batch(
    arrive, lobby, ana, bruno, monkeypatch
):
    render = broadcasts.render_sent
    monkeypatch.setattr(
        broadcasts, "render_sent", lambda nonce: 1 // 0 if nonce == "n" else render(nonce)
    )
    bad, good = await arrive(ana, lobby), await arrive(bruno, lobby)
    for number in range(5):
        await good.send(body=f"fine {number}", nonce=f"{number}")
        await bad.send(body="!", nonce="n")
    assert await bad.closed() == COME_BACK
    await good.until(lambda page: len(page.acknowledged) == 5)
    assert (await stored()).count("!") == 1  # stored, and not acknowledged: it will come again


async def test_who_reads_along_cannot_post(arrive, lobby, eve):
    page = await arrive(eve, lobby)
    await page.post("let me in")
    assert (bool(page.page.refusal), page.code, await stored()) == (True, None, [])


async def test_an_archived_room_is_read_and_not_written_in(arrive, lobby, ana, bruno):
    page = await arrive(bruno, lobby)
    await page.post("before")
    await in_database(room_actions.archive_room)(lobby)
    await page.post("after")
    assert (bool(page.page.refusal), page.code, await stored()) == (True, None, ["before"])


# Doors


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
    assert (page.accepted, len(awake.readers)) == (False, 0)


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


# Losing access


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


async def test_a_room_that_becomes_closed_is_closed_to_who_read_along(arrive, lobby, ana, eve):
    reader = await arrive(eve, lobby)
    await reader.until(lambda page: 'id="people"' in "".join(page.taken))  # its lease is stored
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

    def enter_and_be_removed(*arguments):
        entrance = enter(*arguments)
        Membership.objects.filter(user=bruno, room=den).delete()
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


# Hints


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
    await typist.post("x")  # refused, and answered after the frame before it was taken
    await asyncio.sleep(1.2)  # two beats
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


def marks(page, room, shown=True):
    """How many times the mark of `room` was pushed: shown, or taken away."""
    text = "".join(page.taken)
    empty = text.count(f'id="unread-{room.pk}" class="unread" hx-swap-oob="true"></span>')
    return text.count(f'id="unread-{room.pk}"') - empty if shown else empty


async def test_another_room_becomes_unread_once(arrive, awake, lobby, den, ana, bruno):
    reader = await arrive(bruno, lobby)
    await say(den, ana, "one", "two", "three")
    await awake.healer.compare()
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
    await awake.healer.compare()
    await awake.healer.compare()
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
    await awake.healer.compare()
    await say(lobby, ana, "end")
    await here.sees("end")
    assert marks(here.page, den) == 0


async def test_a_room_that_one_was_removed_from_shows_no_life(
    arrive, awake, lobby, den, ana, bruno
):
    reader = await arrive(bruno, lobby)
    await remove(bruno, den, reader)
    await say(den, ana, "secret")
    await awake.healer.compare()
    await say(lobby, ana, "end")
    await reader.sees("end")
    assert marks(reader.page, den) == 0


async def test_a_room_that_nobody_reads_here_costs_no_memory(arrive, awake, lobby, den, ana, bruno):
    reader = await arrive(bruno, lobby)
    await say(den, ana, *(f"m{n}" for n in range(20)))
    await say(lobby, ana, "end")
    await reader.sees("end")
    assert list(awake.feeds) == [lobby.pk]


# A layer that loses, a database that is away, a room that cannot be drawn


async def test_what_the_layer_loses_comes_from_the_database(
    arrive, awake, lobby, ana, bruno, monkeypatch
):
    reader = await arrive(bruno, lobby)
    monkeypatch.setattr(awake, "_route", lambda event: None)
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

    monkeypatch.setattr(awake, "_route", lambda event: None)
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
    monkeypatch.setattr(sockets, "post_all", away)
    await page.send(body="hi", nonce="n")
    assert await page.closed() == COME_BACK
    monkeypatch.undo()
    again = await arrive(ana, lobby)
    await again.post("hi", "n")
    assert (again.page.acknowledged, await stored(), outbox._waiting) == (["n"], ["hi"], [])
