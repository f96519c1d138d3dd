"""Fixtures for tests of rooms: recorded events and crowds of people."""

import pytest

from rooms import broadcasts
from rooms.actions import join_room
from users import broadcasts as user_broadcasts
from users.models import User


@pytest.fixture
def events(monkeypatch, django_capture_on_commit_callbacks):
    """Return a function that runs an action and returns its events as [(group, event)]."""

    def published_by(act, *arguments, **named):
        published = []
        for module in (broadcasts, user_broadcasts):
            monkeypatch.setattr(module, "publish", lambda *event: published.append(event))
        with django_capture_on_commit_callbacks(execute=True):
            act(*arguments, **named)
        return published

    return published_by


@pytest.fixture
def rechecked(events):
    """Return a function that runs an action and returns the ids of the users it rechecks."""

    def rechecked_by(act, *arguments, **named):
        published = events(act, *arguments, **named)
        return {event["user"] for _group, event in published if event["type"] == "access.changed"}

    return rechecked_by


@pytest.fixture
def crowd(workspace):
    """Return a function that adds `count` new people to a room and returns them."""

    def add_people(room, count):
        people = [
            User.objects.create_user(f"guest{room.pk}.{n}", f"guest{room.pk}.{n}@example.com")
            for n in range(count)
        ]
        for person in people:
            join_room(room, person)
        return people

    return add_people
