"""Two concurrent deploys run one after the other."""

import subprocess
import sys

import pytest

from ..servers import ROOT, Server
from .host import line_of

AT_ONCE = 2


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def server(request, tmp_path):
    """A deployment with an empty database."""
    if request.param == "SQLite":
        return Server(tmp_path)
    return Server(tmp_path, DATABASE_URL=request.getfixturevalue("new_database")())


# Holds the lock of releases until its standard input ends.
HOLD = """
from tertulia.operations.release_lock import one_release_at_a_time
with one_release_at_a_time():
    print("held", flush=True)
    input()
"""
WAITS = "Another release is changing the database"


@pytest.fixture
def another(server):
    """Another release, which holds the lock until its standard input is closed."""
    command = [sys.executable, "manage.py", "shell", "--no-imports", "--command", HOLD]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=ROOT, env=server.environment, **pipes) as holder:
        assert holder.stdout.readline() == "held\n"
        yield holder.stdin


def read_until_waiting(release):
    return next((line for line in release.stdout if WAITS in line), "")


def test_releases_at_once_wait_for_each_other(server, another):
    releases = [
        subprocess.Popen(
            ["/bin/sh", "-c", line_of("release")],
            cwd=ROOT,
            env=server.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(AT_ONCE)
    ]
    assert all(read_until_waiting(release) for release in releases)
    another.write("\n")
    another.close()
    said = [release.communicate(timeout=120)[0] for release in releases]
    assert [release.returncode for release in releases] == [0] * AT_ONCE, said
    assert sum("Applying users.0001_initial... OK" in text for text in said) == 1
