"""Messages to answer, and the events that changes of messages send."""

import pytest

from messaging.message import actions, broadcasts
from rooms.actions import create_room
from rooms.models import Room


@pytest.fixture
def lunch(lobby, ana):
    return actions.post_message(lobby, ana, "Lunch at one?", "lunch")


@pytest.fixture
def secret(ana):
    """A message in a room that Bruno cannot see."""
    room = create_room(ana, "Cellar", kind=Room.Kind.CLOSED)
    return actions.post_message(room, ana, "The safe is open", "secret")


@pytest.fixture
def events(monkeypatch):
    """The published events of the room, in order."""
    sent = []
    monkeypatch.setattr(broadcasts, "publish", lambda group, event: sent.append(event))
    return sent
