"""Starts Redis and PostgreSQL in a temporary folder, on a free port and off the server's core."""

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

import psycopg

from bench.processes import OTHER_CORES, Process, free_port


@contextmanager
def redis(folder):
    """Start Redis without persistence; return its URL, or None if it is not installed."""
    program = shutil.which("redis-server")
    if program is None:
        yield None
        return
    port = free_port()
    command = [
        *(program, "--bind", "127.0.0.1", "--port", str(port)),
        *("--save", "", "--appendonly", "no", "--dir", str(folder)),
    ]
    with Process(command, folder / "redis.log", OTHER_CORES) as process:
        process.wait_for_port(port)
        yield f"redis://127.0.0.1:{port}/0"


@contextmanager
def postgresql(folder):
    """Start PostgreSQL with default settings; return its URL, or None if it is not installed."""
    programs = postgresql_programs()
    if programs is None:
        yield None
        return
    port, user = free_port(), "postgres" if os.geteuid() == 0 else None  # it refuses to run as root
    with tempfile.TemporaryDirectory(prefix="bench-postgresql-") as data:
        if user:
            shutil.chown(data, user, user)
        account = {"user": user, "group": user, "extra_groups": []} if user else {}
        options = ["-U", "bench", "--auth=trust", "-E", "UTF8", "--no-sync"]
        create = [programs / "initdb", "-D", data, *options]
        subprocess.run(create, check=True, capture_output=True, cwd="/", **account)
        command = [
            *(programs / "postgres", "-D", data, "-p", str(port), "-k", data),
            *("-c", "listen_addresses=127.0.0.1"),
        ]
        log = folder / "postgresql.log"
        with Process(command, log, OTHER_CORES, user=user, directory="/") as process:
            url = f"postgres://bench@127.0.0.1:{port}/postgres"
            process.wait_until(lambda: takes_queries(url))
            yield url


def another(url, name):
    """Return the URL of a new database, beside the one of `url`."""
    folder, _slash, file = url.rpartition("/")
    if not url.startswith("postgres"):
        return f"{folder}/{name}-{file}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return f"{folder}/{name}"


def takes_queries(url):
    """Return True if PostgreSQL accepts queries: it listens some time before it does."""
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def postgresql_programs():
    """Return the folder of `initdb` and `postgres`, from the path or Debian's location."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    return max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)
