"""The cast: Ana owns, Bruno belongs, Eve must see nothing."""

import gc
import site
import sys
import time
from tempfile import TemporaryDirectory
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.test import Client

from core import rate_limits
from core.conditional import drawn
from core.http import client as http_client
from messaging.conversation.runs import runs
from messaging.message import rendering
from rooms.actions import create_room, join_room
from rooms.models import Room
from tertulia.config import redis_cache
from tests.outside import Outside
from users import languages
from users.actions import set_up_workspace
from users.models import User, Workspace
from users.workspace import models as workspace_models

PASSWORD = "correct horse"


def pytest_configure(config):
    """Keep the tests quick (hashes that are safe are slow) and SQLite's database in a file of this
    run's own: sockets ask it from several threads, which a database in memory does not take."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    database = settings.DATABASES["default"]
    if settings.ON_SQLITE:
        folder = TemporaryDirectory(prefix="tertulia-tests-")
        config.add_cleanup(folder.cleanup)
        database.setdefault("TEST", {})["NAME"] = f"{folder.name}/test.sqlite3"
        database["OPTIONS"]["init_command"] += "; PRAGMA synchronous=OFF"


def pytest_collection_finish():
    """Let the garbage collector see less, and less often: it took 6 % of the time."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.fixture(autouse=True)
def fresh_preferences(monkeypatch):
    """Read workspace and languages once a test: they are read anew every few seconds otherwise."""
    monkeypatch.setattr(languages, "REMEMBERED_SECONDS", 10**9)
    monkeypatch.setattr(workspace_models, "REMEMBERED_SECONDS", 10**9)
    languages.forget()
    rendering.forget()
    drawn.pages.clear()
    runs.clear()
    rate_limits.forget()


@pytest.fixture(autouse=True)
def no_cull(monkeypatch):
    """Never count the cache's entries, which one addition in a hundred does, with one query."""
    monkeypatch.setattr(redis_cache, "CULL_ONE_IN", 10**9)


@pytest.fixture(autouse=True)
def standard_site(monkeypatch):
    """Keep the module `site` of the standard library, which schemathesis imports late: pytest puts
    our folder of that name in its place."""
    monkeypatch.setitem(sys.modules, "site", site)


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    """Store the uploaded files of each test in a folder of its own."""
    settings.FILES_FOLDER = tmp_path / "files"


@pytest.fixture(autouse=True)
def outside(monkeypatch):
    """The internet of this test, which is empty at first: see `core.http`."""
    outside = Outside()
    monkeypatch.setattr(http_client, "network", outside.network)
    yield outside
    outside.close()


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


@pytest.fixture
def errors(page):
    """Return a function that returns {field name: errors} of a response's form."""

    def found(response):
        fields = page(response).select(".field:has(.field-errors)")
        return {
            field.select_one("[name]")["name"]: [li.text for li in field.select(".field-errors li")]
            for field in fields
        }

    return found


@pytest.fixture
def avatar_of():
    """Return a function that returns the address of somebody's avatar, or None."""

    def address(person):
        key = User.objects.get(pk=person.pk).avatar_id
        return key and f"/avatars/{person.pk}/{key}.webp"

    return address
