"""More people to talk to, and a function that begins a conversation."""

import pytest

from messaging.message.actions import post_message
from rooms.direct.actions import open_direct_room
from rooms.tests.conftest import crowd, events, rechecked  # noqa: F401
from users.models import User


@pytest.fixture
def make_people(workspace):
    """Return a function that creates people with these usernames."""
    return lambda *names: [User.objects.create_user(n, f"{n}@example.com") for n in names]


@pytest.fixture
def carmen(make_people):
    return make_people("carmen")[0]


@pytest.fixture
def davi(make_people):
    return make_people("davi")[0]


@pytest.fixture
def begun():
    """Return a function that opens a conversation in which its first person has said "hello"."""

    def begin(*people):
        room = open_direct_room(*people)
        post_message(room, people[0], "hello", "1")
        return room

    return begin
