"""What the tests of the rooms share: events instead of a layer, and people in numbers."""

import pytest

from rooms import broadcasts
from rooms.actions import join_room
from users.models import User


@pytest.fixture
def events(monkeypatch, django_capture_on_commit_callbacks):
    """Return a function that runs an act and gives the [(group, event)] that it told."""

    def told(act, *arguments, **named):
        published = []
        monkeypatch.setattr(broadcasts, "publish", lambda *event: published.append(event))
        with django_capture_on_commit_callbacks(execute=True):
            act(*arguments, **named)
        return published

    return told


@pytest.fixture
def rechecked(events):
    """Return a function that runs an act and gives the ids of those whose access is looked at."""

    def people(act, *arguments, **named):
        told = events(act, *arguments, **named)
        return {event["user"] for _group, event in told if event["type"] == "access.changed"}

    return people


@pytest.fixture
def crowd(workspace):
    """Return a function that brings `count` new people into a room."""

    def came(room, count):
        people = [
            User.objects.create_user(f"guest{room.pk}.{n}", f"guest{room.pk}.{n}@example.com")
            for n in range(count)
        ]
        for person in people:
            join_room(room, person)
        return people

    return came
