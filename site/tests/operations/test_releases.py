"""Two concurrent deploys run one after the other."""

import subprocess

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


def test_releases_at_once_wait_for_each_other(server):
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
    said = [release.communicate(timeout=120)[0] for release in releases]
    assert [release.returncode for release in releases] == [0] * AT_ONCE, said
    assert sum("Another release is changing the database" in text for text in said) >= 1
    assert sum("Applying users.0001_initial... OK" in text for text in said) == 1
