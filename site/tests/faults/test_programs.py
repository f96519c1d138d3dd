"""A program misses nothing and gets nothing twice, whatever breaks, on both databases."""

import random

import pytest

from .streams import Listener

MAKE_TOKEN = """
import json
from rooms.tokens.actions import make_token
from users.models import User
token = make_token(User.objects.get(username="bruno"), "a test", ["read", "write"])[1]
print("TOKEN", json.dumps(token))
"""

# Posts 500 messages and changes every third; a tenth are deleted in the end.
TALK = """
import random
from messaging.message.actions import delete_message, edit_message, post_message
from rooms.models import Room
from users.models import User
random.seed(SEED)
room, ana = Room.objects.create(name="Square"), User.objects.get(username="ana")
people = [ana, User.objects.get(username="bruno")]
from rooms.actions import join_room
for person in people:
    join_room(room, person)
print("open", flush=True)
input()
said = []
for number in range(500):
    said.append(post_message(room, people[number % 2], f"{number} " + "é\\u2028" * 40, f"{number}"))
    if number % 3 == 0:
        edit_message(random.choice(said), f"edited by {number}")
    if number % 10 == 9:
        delete_message(said.pop(random.randrange(len(said))))
"""

STORED = """
import json
from messaging.models import Message
rows = Message.objects.filter(room__slug="square").order_by("revision")
print("STORED", json.dumps([
    (each.position, each.revision, None if each.is_deleted else each.body) for each in rows
]))
"""


@pytest.fixture
def talk(servers):
    """Return a function that lets another process talk; it is over before the test ends."""
    process = servers[0].converse(TALK.replace("SEED", "35"))
    assert process.stdout.readline() == "open\n"

    def begin():
        process.stdin.write("\n")
        process.stdin.flush()
        return process

    yield begin
    process.kill()
    process.wait()


def test_a_stream_that_is_cut_at_any_byte_goes_on_without_loss_or_doubling(servers, talk):
    token = servers[0].tell(MAKE_TOKEN, "TOKEN")
    dice = random.Random(35)
    program = Listener("/api/rooms/square/events", token)
    assert program.connect(servers[0]) == 200
    while not program.last_id:
        program.read(1)
    watcher = Listener("/api/events", token)
    assert watcher.connect(servers[1]) == 200
    while len(watcher.events) < 3:
        assert watcher.read(4_096)
    assert {each["room"] for each in watcher.events} == {"library", "parlour", "square"}

    talking = talk()
    while talking.poll() is None:
        for _ in range(dice.randrange(1, 12)):
            program.read(dice.choice([1, 7, 100, 3_000]))
        assert program.connect(dice.choice(servers)) == 200

    stored = [tuple(row) for row in servers[0].tell(STORED, "STORED")]
    while program.states[-1][1] < stored[-1][1]:
        assert program.read(4_096)
    print(f"\n  {len(program.events)} events over {program.connections} connections")
    assert_is_all(program, stored)
    assert program.connections > 20
    while watcher.events[-1]["revision"] < stored[-1][1]:
        assert watcher.read(4_096)
    assert watcher.events[-1]["room"] == "square"
    assert any(each["posted"] for each in watcher.events)

    servers[1].stop()
    while watcher.read(4_096):  # the server ends it properly
        pass
    servers[1].start()
    again = Listener("/api/rooms/square/events?since=0", token)
    assert again.connect(servers[1]) == 200
    while not again.states or again.states[-1][1] < stored[-1][1]:
        assert again.read(65_536)
    assert sorted(again.states) == sorted(stored)


def assert_is_all(program, stored):
    """Check that it got every message in its newest state, and no state twice."""
    revisions = [revision for _position, revision, _body in program.states]
    assert revisions == sorted(set(revisions))
    newest = {position: (position, revision, body) for position, revision, body in program.states}
    assert sorted(newest.values()) == sorted(stored)
    assert len(stored) == 500
