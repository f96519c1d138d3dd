"""All processes share one rate limit, with every supported cache."""

import subprocess
import sys
from pathlib import Path

import pytest

from ..servers import ROOT, Server

PEOPLE = """
import pathlib, sys, time
from types import SimpleNamespace
from core import rate_limits
rate_limits.LIMITS["try"] = rate_limits.Limit(30, 60)
pathlib.Path(sys.argv[1], sys.argv[2]).touch()
while not pathlib.Path(sys.argv[1], "go").exists():
    time.sleep(0.01)
print(sum(rate_limits.take("try", SimpleNamespace(pk=7)) == 0 for _ in range(30)))
"""
BEGIN = "import sys; sys.path[:0] = ['.', 'site']; import django; django.setup()"


@pytest.fixture(params=["SQLite", "PostgreSQL", "Redis"])
def deployment(request, tmp_path):
    """The environment of a deployment with this cache."""
    changes = {"RATE_LIMITS": "on", "DJANGO_SETTINGS_MODULE": "tertulia.settings"}
    if request.param == "PostgreSQL":
        changes["DATABASE_URL"] = request.getfixturevalue("new_database")()
    if request.param == "Redis":
        changes["REDIS_URL"] = request.getfixturevalue("redis")
    server = Server(tmp_path, **changes)
    server.python("manage.py", "createcachetable", "--verbosity", "0")
    return server.environment


def test_three_processes_at_once_grant_no_more_than_one_would(deployment, tmp_path):
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", BEGIN + PEOPLE, str(tmp_path), f"ready{number}"],
            cwd=ROOT,
            env=deployment,
            text=True,
            stdout=subprocess.PIPE,
        )
        for number in range(3)
    ]
    while len(list(tmp_path.glob("ready*"))) < 3:
        assert all(process.poll() is None for process in processes)
    Path(tmp_path, "go").touch()
    granted = [int(process.communicate(timeout=60)[0]) for process in processes]
    assert sum(granted) == 30
