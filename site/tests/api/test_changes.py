"""`changes?since=` gives a program what the database holds, whenever it asks."""

from itertools import count

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from messaging.message.actions import delete_message, edit_message, post_message
from messaging.message.representation import represent_change
from messaging.pins.actions import pin_message
from messaging.reactions.actions import add_reaction, remove_reaction
from rooms.actions import change_room, create_room

ACTS = ["post", "post", "answer", "edit", "delete", "react", "unreact", "pin", "topic", "sync"]
steps = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 99)), max_size=25)
_numbers = count()


class Copy:
    """What a program knows of a room: the newest state of each message, by position."""

    def __init__(self, program, room):
        self.program, self.address = program, f"/api/rooms/{room.slug}/changes"
        self.messages, self.revision = {}, 0

    def sync(self, limit):
        """Ask until it is complete; every answer must go on from the last one."""
        complete = False
        while not complete:
            told = self.program.get(f"{self.address}?since={self.revision}&limit={limit}").json()
            revisions = [message["revision"] for message in told["messages"]]
            assert revisions == sorted(set(revisions))
            assert all(self.revision < each <= told["revision"] for each in revisions)
            assert len(revisions) <= limit
            self.messages |= {message["position"]: message for message in told["messages"]}
            self.revision, complete = told["revision"], told["complete"]


def do(act, number, room, user):
    """Do something in `room`; the number chooses the message."""
    said = list(room.messages.order_by("position"))
    live = [message for message in said if not message.is_deleted]
    message = live[number % len(live)] if live else None
    nonce = f"n{next(_numbers)}"
    if act == "post" or message is None:
        post_message(room, user, f"Message {number}", nonce)
        return
    message.room = room
    match act:
        case "answer":
            post_message(room, user, "Yes", nonce, reply_to=message.pk)
        case "edit":
            edit_message(message, f"Edited {number}", by=user)
        case "delete":
            delete_message(message, by=user)
        case "react":
            add_reaction(message, user, "👍")
        case "unreact":
            remove_reaction(message, user, "👍")
        case "pin":
            pin_message(message, user)
        case "topic":
            change_room(room, user, topic=f"Topic {number}")


def in_database(room):
    room.refresh_from_db()
    messages = room.messages.for_display().order_by("position")
    return {message.position: represent_change(message, room) for message in messages}


@settings(
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps, st.integers(1, 100))
def test_changes_since_equals_database(program_of, ana, steps, limit):
    with transaction.atomic():
        room = create_room(ana, f"Room {next(_numbers)}")
        copy, late = Copy(program_of(ana), room), Copy(program_of(ana), room)
        for act, number in steps:
            if act == "sync":
                copy.sync(limit)
            else:
                do(act, number, room, ana)
        for each in (copy, late):
            each.sync(limit)
            assert each.messages == in_database(room)
            assert each.revision == room.revision
        assert copy.program.get(f"{copy.address}?since={room.revision}").json()["messages"] == []


@pytest.mark.parametrize("since", [10**6, 2**62])
def test_a_revision_that_is_not_there_yet_gives_nothing(program_of, ana, lobby, since):
    post_message(lobby, ana, "Hello", "1")
    told = program_of(ana).get(f"/api/rooms/lobby/changes?since={since}").json()
    assert told == {"messages": [], "revision": 1, "complete": True}


def test_what_was_deleted_is_told_without_its_words(program_of, ana, bruno, lobby):
    message = post_message(lobby, ana, "A secret", "1")
    answer = post_message(lobby, bruno, "Yes", "2", reply_to=message.pk)
    delete_message(message)
    told = program_of(bruno).get("/api/rooms/lobby/changes?since=2")
    assert [each["id"] for each in told.json()["messages"]] == [message.pk, answer.pk]
    assert told.json()["messages"][0]["body"] is None
    assert b"secret" not in told.content
