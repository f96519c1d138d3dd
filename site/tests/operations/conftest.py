"""Real stores for the tests of operations: PostgreSQL and Redis of their own, on free ports."""

import subprocess
import sys

import psycopg
import pytest

from bench.systems import stores

from ..servers import ROOT, Server
from .host import Host


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory):
    """The address of a PostgreSQL server."""
    with stores.postgresql(tmp_path_factory.mktemp("postgresql")) as url:
        assert url, "These tests need PostgreSQL, and there is none: make test installs it."
        yield url


@pytest.fixture
def new_database(postgresql):
    """Return a function that makes an empty PostgreSQL database and gives its address."""
    count = 0

    def made():
        nonlocal count
        count += 1
        name = f"operations_{count}"
        with psycopg.connect(postgresql, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name}")
            connection.execute(f"CREATE DATABASE {name}")
        return postgresql.rpartition("/")[0] + f"/{name}"

    return made


@pytest.fixture(scope="session")
def redis(tmp_path_factory):
    """The address of a Redis server."""
    with stores.redis(tmp_path_factory.mktemp("redis")) as url:
        assert url, "These tests need Redis, and there is none: make test installs it."
        yield url


@pytest.fixture
def python(tmp_path):
    """Return a function that runs Python in a deployment; it gives (exit code, output).

    Its keyword arguments are environment variables; None takes one away.
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
def host(postgresql, redis, tmp_path_factory):
    """A platform on which the site has been deployed."""
    with psycopg.connect(postgresql, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS platform")
        connection.execute("CREATE DATABASE platform")
    database = postgresql.rpartition("/")[0] + "/platform"
    host = Host(
        tmp_path_factory.mktemp("platform"),
        DATABASE_URL=database,
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
