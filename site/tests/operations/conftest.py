"""Fixtures for operations: real PostgreSQL and Redis servers on free ports."""

import itertools
import subprocess
import sys

import pytest

from files.tests.conftest import bucket, faulty, s3, use  # noqa: F401 (fixtures)

from ..faults.stores import PostgreSQL, Redis, started
from ..servers import ROOT, Server
from .host import Host


@pytest.fixture(scope="session")
def postgresql():
    with started(PostgreSQL()) as store:
        yield store


@pytest.fixture(scope="session")
def new_database(postgresql):
    """Return a function that creates an empty PostgreSQL database and returns its URL."""
    numbers = itertools.count(1)
    return lambda: postgresql.create(f"operations_{next(numbers)}")


@pytest.fixture(scope="session")
def new_test_database(postgresql, tmp_path_factory):
    """Return a function that returns the URL of a database for `pytest --reuse-db`.

    Its test database, which Django names after it, is a copy of one that is made once: the
    migrations take longer than most tests.
    """
    numbers = itertools.count(1)
    made = Server(tmp_path_factory.mktemp("made"), DATABASE_URL=postgresql.create("made"))
    made.make_database()

    def create():
        name = f"topic_{next(numbers)}"
        postgresql.create(f"test_{name}", template="made")
        return postgresql.create(name)

    return create


@pytest.fixture(scope="session")
def redis():
    """The URL of a Redis server."""
    with started(Redis()) as store:
        yield store.url


@pytest.fixture
def python(tmp_path):
    """Return a function that runs Python in a deployment and returns (exit code, output).

    Its keyword arguments are environment variables; None removes one.
    """
    deployment = Server(tmp_path).environment

    def run(*arguments, **changes):
        environment = {k: v for k, v in (deployment | changes).items() if v is not None}
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        return done.returncode, done.stdout.strip()

    return run


@pytest.fixture(scope="module")
def host(new_database, redis, tmp_path_factory):
    """A platform with the deployed site."""
    host = Host(
        tmp_path_factory.mktemp("platform"),
        DATABASE_URL=new_database(),
        REDIS_URL=redis,
        METRICS_TOKEN="token",
    )
    try:
        host.release()
        host.scale(web=2, worker=1)
        yield host
    finally:
        host.end()
    for process in host.processes:
        assert "Traceback" not in process.log.read_text(), process.log.read_text()
