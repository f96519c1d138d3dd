"""A consistent snapshot of the database for backups and exports."""

import tempfile
from contextlib import contextmanager
from pathlib import Path

from django.db import connection, connections, transaction


@contextmanager
def snapshot():
    """Yield the alias of a snapshot: a copy on SQLite, a transaction on PostgreSQL."""
    if connection.vendor == "sqlite":
        file = Path(connection.settings_dict["NAME"])  # the copy goes to the same disk
        with tempfile.TemporaryDirectory(dir=file.parent if file.is_file() else None) as place:
            copy = Path(place) / "snapshot.sqlite3"
            with connection.cursor() as cursor:
                cursor.execute("VACUUM INTO %s", [str(copy)])
            with _opened(copy):
                yield "snapshot"
    else:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield "default"


@contextmanager
def _opened(path):
    connections.settings["snapshot"] = connections.settings["default"] | {"NAME": str(path)}
    try:
        yield
    finally:
        connections["snapshot"].close()
        del connections["snapshot"], connections.settings["snapshot"]
