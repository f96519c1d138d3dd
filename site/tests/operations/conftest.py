"""Real stores for the tests of operations: PostgreSQL and Redis of their own, on free ports."""

import subprocess
import sys

import psycopg
import pytest

from bench.systems import stores

from ..servers import ROOT, Server


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
