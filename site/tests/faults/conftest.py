"""Fixtures for faults with real servers, Redis and PostgreSQL, started by the tests."""

import resource
from concurrent.futures import ThreadPoolExecutor

import pytest

from ..conftest import SEED
from ..servers import Server
from .floods import Held
from .silence import Silence
from .stores import PostgreSQL, Redis, started
from .towns import Quarry

PEOPLE = 1_000


@pytest.fixture(scope="session")
def redis():
    with started(Redis()) as store:
        yield store


@pytest.fixture(scope="session")
def postgresql():
    with started(PostgreSQL()) as store:
        yield store


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def servers(request, static_files, tmp_path, redis):
    """Two processes on one database; the first one runs the tasks."""
    database = f"sqlite:///{tmp_path / 'shared.sqlite3'}"
    if request.param == "PostgreSQL":
        name = request.module.__name__.rpartition(".test_")[2]
        database = request.getfixturevalue("postgresql").create(name)
    found = []
    for number in range(2):
        folder = tmp_path / f"server-{number}"
        folder.mkdir()
        found.append(Server(folder, DATABASE_URL=database, REDIS_URL=redis.url))
    found[0].prepare(SEED)
    for server in found:
        server.start()
    yield found
    for server in found:
        server.stop()


@pytest.fixture(scope="session")
def quarries(static_files, tmp_path_factory, postgresql, redis):
    """Both kinds of Quarry, seeded at the same time."""
    sqlite, other = (tmp_path_factory.mktemp(name) for name in ("sqlite", "postgresql"))
    with ThreadPoolExecutor() as threads:
        with_postgresql = threads.submit(Quarry, other, PEOPLE, postgresql, redis)
        return Quarry(sqlite, PEOPLE), with_postgresql.result()


@pytest.fixture(scope="session")
def on_sqlite(quarries):
    """A Quarry on SQLite: one process and no other service."""
    return quarries[0]


@pytest.fixture(scope="session")
def on_postgresql(quarries):
    """A Quarry on PostgreSQL and Redis."""
    return quarries[1]


@pytest.fixture
async def found():
    """Return a function that starts a town from a Quarry, with one server or more."""
    towns = []

    async def start(quarry, servers=1, **options):
        towns.append(quarry.found(**options))
        for _ in range(servers):
            await towns[-1].add_server()
        return towns[-1]

    yield start
    for town in towns:
        await town.end()


@pytest.fixture(params=["on_sqlite", "on_postgresql"])
async def town(request, found):
    """A town with one server: on SQLite, then on PostgreSQL and Redis."""
    return await found(request.getfixturevalue(request.param))


@pytest.fixture
def held():
    """Connections that stay open and idle until the test ends."""
    connections = Held()
    yield connections
    connections.close()


@pytest.fixture(scope="session")
def raised_file_limit():
    """Raise the limit of open files for this process and its servers to the maximum."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


@pytest.fixture(scope="session", autouse=True)
def idle(on_sqlite):
    """Two idle users in two processes with their own Redis, while other tests run."""
    silence = Silence(on_sqlite)
    try:
        silence.begin()
        yield silence
    finally:
        silence.end()
