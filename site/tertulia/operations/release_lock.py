"""One release at a time: of two deploys at once, the second waits until the first is done."""

import fcntl
import os
import sys
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

LOCK = 0x7E27_0115  # any number, for PostgreSQL's advisory locks; only a release takes it
WAITING = "Another release is changing the database: waiting for its end."


@contextmanager
def one_release_at_a_time():
    """Hold the lock of this site's database; wait for it, and say so on standard error."""
    held = _held_in_folder if connection.vendor == "sqlite" else _held_in_database
    with held():
        yield


@contextmanager
def _held_in_folder():
    connection.ensure_connection()  # if there is no such folder, it says so as any database error
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
    """Hold it in a transaction of a connection of its own: poolers keep one for its length.

    It is none of the pool's, which may have one only.
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
