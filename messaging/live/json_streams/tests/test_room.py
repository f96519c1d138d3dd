"""A program that streams a room gets every change once, in order, and only while it may."""

import random

import pytest

from core.threads import in_database
from messaging.live import event_router
from messaging.live.json_streams import changes, log, room, sse
from messaging.message.actions import change_message, delete_message, edit_message
from messaging.models import Message
from rooms.models import Presence

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def drawn(monkeypatch):
    """The (position, revision) of each message that is drawn as JSON."""
    found = []
    draw = changes.represent_change

    def counted(message, room):
        found.append((message.position, message.revision))
        return draw(message, room)

    monkeypatch.setattr(changes, "represent_change", counted)
    return found


def states_in(room):
    rows = Message.objects.filter(room=room).order_by("revision")
    return [(each.position, each.revision, None if each.is_deleted else each.body) for each in rows]


async def test_without_a_cursor_it_begins_now_and_says_where_that_is(follow, lobby, ana, say):
    await in_database(say)(lobby, ana, "before")
    program = await follow(lobby, ana)
    assert program.text == "retry: 3000\nid: 1\n\n"
    await in_database(say)(lobby, ana, "after")
    await program.until(lambda each: each.bodies == ["after"])
    assert program.text.split("\n\n")[1].startswith('id: 2\nevent: message\ndata: {"position":2,')


async def test_an_edit_and_a_deletion_arrive_as_new_states(follow, lobby, ana, say):
    program = await follow(lobby, ana)
    message = await in_database(say)(lobby, ana, "first")
    await program.until(lambda each: each.bodies == ["first"])
    await in_database(edit_message)(message, "second")
    await program.until(lambda each: each.bodies[1:] == ["second"])
    await in_database(delete_message)(message)
    await program.until(lambda each: each.bodies[2:] == [None])
    assert [revision for _position, revision, _body in program.states] == [1, 2, 3]


async def test_what_was_missed_arrives_as_the_newest_state_of_each_message(follow, lobby, ana, say):
    messages = [await in_database(say)(lobby, ana, f"{number}") for number in range(230)]
    for number in (3, 100, 3):
        await in_database(edit_message)(messages[number], f"edited {random.random()}")
    program = await follow(lobby, ana, since=2)
    expected = [state for state in await in_database(states_in)(lobby) if state[1] > 2]
    await program.until(lambda each: len(each.states) == len(expected))
    assert program.states == expected


async def test_each_change_is_drawn_once_for_all_programs(follow, lobby, ana, bruno, say, drawn):
    programs = [await follow(lobby, user, since=0) for user in (ana, bruno, ana, bruno)]
    message = await in_database(say)(lobby, ana, "first")
    for program in programs:
        await program.until(lambda each: each.bodies == ["first"])
    await in_database(edit_message)(message, "second")
    for program in programs:
        await program.until(lambda each: each.bodies == ["first", "second"])
    assert drawn == [(1, 1), (1, 2)]


async def test_a_program_that_is_a_little_behind_has_nothing_drawn_again(
    follow, lobby, ana, say, drawn
):
    await follow(lobby, ana)
    for number in range(5):
        await in_database(say)(lobby, ana, f"{number}")
    late = await follow(lobby, ana, since=2)
    await late.until(lambda each: each.bodies == ["2", "3", "4"])
    assert sorted(set(drawn)) == sorted(drawn)


async def test_nothing_is_drawn_or_asked_if_nobody_streams(arrive, lobby, ana, say, drawn):
    page = await arrive(ana, lobby)
    await page.post("hello")
    assert (drawn, log._logs) == ([], {})


async def test_the_log_of_a_room_goes_with_its_last_stream(follow, lobby, ana):
    first, second = await follow(lobby, ana), await follow(lobby, ana)
    await first.close()
    assert log._logs.keys() == {lobby.pk}
    await second.close()
    assert log._logs == {}


async def test_changes_without_news_come_together(follow, lobby, ana, say, monkeypatch):
    monkeypatch.setattr(event_router, "GATHER_SECONDS", 0.5)
    message = await in_database(say)(lobby, ana, "hello")
    program = await follow(lobby, ana)
    for number in range(20):
        await in_database(change_message)(message, extras={"pin": {"at": f"{number}"}})
    await program.until(lambda each: each.data and each.data[-1]["pinned_at"] == "19")
    assert len(program.data) < 6


async def test_what_the_layer_lost_comes_from_the_database(follow, lobby, ana, say, monkeypatch):
    program = await follow(lobby, ana)
    with monkeypatch.context() as patch:
        patch.setattr("messaging.message.broadcasts.publish", lambda group, event: None)
        await in_database(say)(lobby, ana, "lost")
    await program.until(lambda each: each.bodies == ["lost"])


async def test_a_cursor_above_the_room_waits_and_is_told_nothing(follow, lobby, ana, say):
    await in_database(say)(lobby, ana, "one")
    program = await follow(lobby, ana, since=3)
    for text in ("two", "three", "four"):
        await in_database(say)(lobby, ana, text)
    await program.until(lambda each: each.bodies)
    assert (program.bodies, program.text.split("\n\n")[0]) == (["four"], "retry: 3000")


async def test_a_comment_keeps_a_quiet_stream_alive(follow, lobby, ana, monkeypatch):
    monkeypatch.setattr(sse, "PULSE_SECONDS", 0.05)
    program = await follow(lobby, ana)
    await program.until(lambda each: each.text.count(":\n\n") >= 2)
    assert program.data == []


async def test_a_program_makes_nobody_present(follow, awake, lobby, ana):
    await follow(lobby, ana)
    await awake.presence.flush()
    assert await in_database(Presence.objects.connections().count)() == 1
    assert await in_database(Presence.objects.people_in)([lobby.pk]) == {lobby.pk: []}
    assert await in_database(type(ana).objects.here)([ana.pk]) == set()


async def test_letters_that_end_lines_elsewhere_do_not_end_one(follow, lobby, ana, say):
    program = await follow(lobby, ana)
    await in_database(say)(lobby, ana, "a\u2028b\u2029c\x85d\ne")
    await program.until(lambda each: each.data)
    assert "\u2028" in program.bodies[0]
    assert len(program.text.splitlines()) == 7


async def test_the_end_of_the_server_ends_it(follow, awake, lobby, ana):
    program = await follow(lobby, ana)
    awake.end_streams()
    await program.ended()


async def test_a_reader_that_takes_nothing_is_cut_off(follow, lobby, ana, say, monkeypatch):
    monkeypatch.setattr("messaging.live.reader.STALLED_SECONDS", 0.1)
    program = await follow(lobby, ana)
    program.is_taking.clear()
    await in_database(say)(lobby, ana, "hello")
    await program.ended()
    assert program.task.cancelled()


async def test_a_program_that_went_away_is_forgotten(follow, awake, lobby, ana):
    program = await follow(lobby, ana)
    program.is_gone.set()
    await program.ended()
    assert not awake.registry.all_readers()


async def test_many_long_messages_leave_in_chunks(follow, lobby, ana, say, monkeypatch):
    monkeypatch.setattr(room, "CHUNK_LETTERS", 1000)
    for number in range(40):
        await in_database(say)(lobby, ana, f"{number} " + "x" * 300)
    program = await follow(lobby, ana, since=0)
    await program.until(lambda each: len(each.data) == 40)
    assert [each["position"] for each in program.data] == list(range(1, 41))
