"""Programs that stream a room or all rooms with an access token."""

import pytest

from core.threads import in_database
from messaging.live.json_streams.room import RoomStream
from messaging.live.json_streams.rooms import RoomsStream
from messaging.live.json_streams.tests.programs import Program
from rooms.actions import join_room
from rooms.models import Room
from rooms.tokens.actions import make_token
from users.bots.actions import make_bot


@pytest.fixture
def token_of(db):
    """Return a function that makes a token of somebody."""
    return lambda user, **options: make_token(user, "CI", ["read"], **options)[0]


@pytest.fixture
async def follow(awake, token_of):
    """Return a function that makes a program stream a room, from now or from a revision."""
    programs = []

    async def begin(room, user=None, since=None, token=None):
        token = token or await in_database(token_of)(user)
        revision = (await in_database(Room.objects.get)(pk=room.pk)).revision
        stream = RoomStream(room.pk, token, revision if since is None else since, revision)
        programs.append(Program(stream))
        await programs[-1].until(lambda each: each.text and each.stream.reader.checked)
        return programs[-1]

    yield begin
    for program in programs:
        await program.close()


@pytest.fixture
async def follow_all(awake, token_of):
    """Return a function that makes a program stream where all rooms are."""
    programs = []

    async def begin(user, token=None):
        programs.append(Program(RoomsStream(token or await in_database(token_of)(user))))
        await programs[-1].until(lambda each: each.data)
        return programs[-1]

    yield begin
    for program in programs:
        await program.close()


@pytest.fixture
def robot(den, bruno):
    """A bot of Bruno's, in the Den."""
    bot = make_bot(bruno, "robot")
    join_room(den, bot)
    return bot
