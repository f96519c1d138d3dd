"""Allows one release at a time: a second concurrent deploy waits for the first."""

import fcntl
import os
import sys
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

LOCK = 0x7E27_0115  # arbitrary key for PostgreSQL's advisory lock
WAITING = "Another release is changing the database: waiting for its end."


@contextmanager
def one_release_at_a_time():
    """Hold the lock of this site's database; if it must wait, print that on standard error."""
    held = _held_in_folder if connection.vendor == "sqlite" else _held_in_database
    with held():
        yield


@contextmanager
def _held_in_folder():
    connection.ensure_connection()  # raises a database error if the folder is missing
    folder = os.open(Path(connection.settings_dict["NAME"]).parent, os.O_RDONLY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(WAITING, file=sys.stderr)
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


@contextmanager
def _held_in_database():
    """Hold the lock in a transaction: poolers keep the same connection for its duration.

    Use a separate connection, because the pool may have only one.
    """
    other = connection.copy()
    other.settings_dict["OPTIONS"].pop("pool", None)
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
            if not cursor.fetchone()[0]:
                print(WAITING, file=sys.stderr)
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        yield
    finally:
        other.close()
