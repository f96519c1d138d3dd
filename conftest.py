"""The cast: Ana owns, Bruno belongs, Eve must see nothing."""

import time
from tempfile import TemporaryDirectory
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.test import Client

from core import rate_limits
from messaging.message import rendering
from rooms.actions import create_room, join_room
from rooms.models import Room
from users import languages
from users.actions import set_up_workspace
from users.models import User, Workspace

PASSWORD = "correct horse"


def pytest_configure(config):
    """Keep the tests quick (hashes that are safe are slow) and SQLite's database in a file of this
    run's own: sockets ask it from several threads, which a database in memory does not take."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        folder = TemporaryDirectory(prefix="tertulia-tests-")
        config.add_cleanup(folder.cleanup)
        database.setdefault("TEST", {})["NAME"] = f"{folder.name}/test.sqlite3"
        database["OPTIONS"]["init_command"] += "; PRAGMA synchronous=OFF"


@pytest.fixture(autouse=True)
def fresh_preferences(monkeypatch):
    """Read languages and time zone once a test: they are read anew every few seconds otherwise."""
    monkeypatch.setattr(languages, "REMEMBERED_SECONDS", 10**9)
    languages.forget()
    rendering.forget()
    rate_limits.forget()


@pytest.fixture
def stopped_limits(monkeypatch, settings):
    """Switch the rate limits on, with a clock that stands still: no use comes back meanwhile."""
    settings.RATE_LIMITS = True
    clock = SimpleNamespace(monotonic=lambda: 0.0, time=time.time)
    monkeypatch.setattr(rate_limits, "time", clock)


@pytest.fixture
def ana(db):
    """The administrator, who owns both rooms."""
    return set_up_workspace("Casa", "open", "ana", "ana@example.com", PASSWORD)


@pytest.fixture
def workspace(ana):
    return Workspace.current()


@pytest.fixture
def bruno(ana):
    return User.objects.create_user("bruno", "bruno@example.com", PASSWORD)


@pytest.fixture
def eve(ana):
    return User.objects.create_user("eve", "eve@example.com", PASSWORD)


@pytest.fixture
def lobby(ana, bruno):
    """An open room."""
    room = create_room(ana, "Lobby")
    join_room(room, bruno)
    return room


@pytest.fixture
def den(ana, bruno):
    """A closed room, which Eve must not know of."""
    room = create_room(ana, "Den", kind=Room.Kind.CLOSED)
    join_room(room, bruno)
    return room


@pytest.fixture
def client_of():
    """Return a function that gives a client in which somebody is signed in."""

    def signed_in(user):
        client = Client()
        client.force_login(user)
        return client

    return signed_in


@pytest.fixture
def page():
    """Return a function that makes a response's HTML searchable by CSS selector."""
    return lambda response: BeautifulSoup(response.content, "html.parser")
