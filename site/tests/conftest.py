"""Fixtures for a real server and real Chromium, in processes of their own.

Playwright's synchronous API runs an event loop in this thread, and meanwhile neither Django's
database nor asynchronous tests work here. So it is started for each module of browser tests, and
they use the product through its pages only.
"""

import itertools
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect

from .chromium import chromium
from .lines import Line
from .people import Person
from .servers import ROOT, Server

SEED = Path(__file__).with_name("seed.py")
STATIC_SOURCES = ROOT / "site" / "static"
COLLECTED = ROOT / "var" / "static" / "staticfiles.json"
expect.set_options(timeout=20_000)  # a busy machine is slow


@pytest.fixture(scope="session")
def static_files(tmp_path_factory):
    """The static files as deployed: collected, hashed and compressed."""
    newest = max(file.stat().st_mtime for file in [STATIC_SOURCES, *STATIC_SOURCES.iterdir()])
    if not COLLECTED.exists() or COLLECTED.stat().st_mtime < newest:
        server = Server(tmp_path_factory.mktemp("static"))
        server.python("manage.py", "collectstatic", "--noinput", "--verbosity", "0")


@pytest.fixture(scope="session")
def seeded(static_files, tmp_path_factory):
    """A folder with the database that `seed.py` creates."""
    folder = tmp_path_factory.mktemp("seeded")
    Server(folder).prepare(SEED)
    return folder


@pytest.fixture(scope="module")
def server(seeded, tmp_path_factory):
    """A server whose users are Ana, Bruno and Eve."""
    folder = shutil.copytree(seeded, tmp_path_factory.mktemp("server") / "of-its-own")
    yield from running(Server(folder))


@pytest.fixture
def empty_server(static_files, tmp_path):
    """A server that is not set up yet."""
    server = Server(tmp_path)
    server.prepare()
    yield from running(server)


def running(server):
    """Run `server` and yield it; fail at the end if its log has a traceback."""
    server.start()
    try:
        yield server
    finally:
        server.thaw()
        server.stop()
    assert "Traceback" not in server.log.read_text(), server.log.read_text()


@pytest.fixture(scope="module")
def browser():
    """The machine's Chromium."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def visitor(browser):
    """Return a function that opens a browser for a visitor who is not logged in.

    The test fails at its end if a console has an error, such as a violation of the content security
    policy.
    """
    people = []

    def arrive(name, server, javascript=True, width=1024, cookies=None):
        context = browser.new_context(
            java_script_enabled=javascript,
            viewport={"width": width, "height": 800},
            locale="en-GB",
            timezone_id="Europe/Madrid",
            storage_state=cookies,
            ignore_https_errors=True,
        )
        context.set_default_timeout(20_000)
        people.append(Person(name, context, server.url))
        return people[-1]

    yield arrive
    errors = {person.name: person.errors for person in people if person.errors}
    for person in people:
        person.context.close()
    assert errors == {}


@pytest.fixture
def person(visitor, server):
    """Return a function that opens a browser in which a member of the cast is logged in."""

    def enter(name, javascript=True, width=1024):
        cookies = server.sessions.get(name)
        someone = visitor(name, server, javascript, width, cookies)
        if cookies is None:
            someone.log_in()
            server.sessions[name] = someone.context.storage_state()
        return someone

    return enter


_room_numbers = itertools.count(1)


@pytest.fixture
def meet():
    """Return a function that creates a room with the given people in it and returns its path."""

    def gather(*people):
        name = f"Meeting {next(_room_numbers)}"
        paths = {person.join_or_create(name) for person in people}
        assert len(paths) == 1
        return paths.pop()

    return gather


@pytest.fixture
def terminal(tmp_path):
    """Return a function that opens a text browser of a given class."""
    opened = []

    def start(browser):
        name = browser.__name__.lower()
        assert shutil.which(name), f"This test drives {name}: make test installs it."
        opened.append(browser(tmp_path))
        return opened[-1]

    yield start
    for browser in opened:
        browser.close()


@pytest.fixture
def line(server):
    """A Line to the server, which tests can cut or slow down."""
    line = Line(server)
    yield line
    line.close()
