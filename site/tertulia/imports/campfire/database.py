"""Open a SQLite file that a stranger made, to read tables and nothing else."""

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..archive import MAX_TOTAL_BYTES
from ..records import Broken, Unreadable

MAGIC = b"SQLite format 3\x00"
MAX_VALUE = 16 * 2**20  # bytes of one value
QUERY_SECONDS = 600
_STEPS = 100_000  # of SQLite's machine between two looks at the clock
_NAMES = ["db/production.sqlite3", "storage/db/production.sqlite3", "production.sqlite3"]
# What a query may do. Views, triggers and functions of the file are never run.
_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ}
_FUNCTIONS = {"max", "count"}


def find(path: Path) -> Path:
    """Return the database that `path` is, or that is in the folder `path`. Raise Broken."""
    if path.is_dir():
        folder = path
        found = next((folder / name for name in _NAMES if (folder / name).is_file()), None)
        if found is None:
            found = next(iter(sorted(folder.glob("*.sqlite3"))), None)
        if found is None:
            raise Broken("It holds no production.sqlite3: give the file, or the folder storage.")
        path = found
    try:
        with path.open("rb") as file:
            if file.read(len(MAGIC)) != MAGIC:
                raise Broken("It is not Campfire's storage/db/production.sqlite3.")
    except OSError as error:
        raise Broken(f"{path} cannot be read: {error.strerror or error}.") from error
    return path


class Database:
    """The tables of a file, which is never written. Raise Broken if it is none."""

    def __init__(self, path: Path, is_large: bool = False) -> None:
        if not is_large and path.stat().st_size > MAX_TOTAL_BYTES:
            raise Broken("It is larger than 2 GiB. If you trust it, add --large.")
        # "immutable" reads no journal, which could lie beside it and which the reader would replay.
        # A copy that was made while Campfire ran has its newest messages there: see `has_journal`.
        journal = path.with_name(f"{path.name}-wal")
        self.has_journal = journal.is_file() and journal.stat().st_size > 0
        try:
            address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
            self._connection = sqlite3.connect(address, uri=True, check_same_thread=False)
            self._prepare()
            self._tables = {name: self._columns(name) for name in self._names()}
        except (sqlite3.Error, ValueError, UnicodeError) as error:
            raise Broken("It is damaged, or it is no database.") from error

    def _prepare(self) -> None:
        connection = self._connection
        connection.execute("PRAGMA trusted_schema=OFF")
        connection.execute("PRAGMA cell_size_check=ON")
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE)
        connection.text_factory = lambda data: data.decode(errors="replace")
        self._until = time.monotonic() + QUERY_SECONDS
        connection.set_progress_handler(self._is_late, _STEPS)

    def _is_late(self) -> bool:
        return time.monotonic() > self._until

    def _names(self) -> list[str]:
        rows = self._connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return [name for (name,) in rows if isinstance(name, str)][:1_000]

    def _columns(self, table: str) -> set[str]:
        quoted = table.replace('"', '""')
        rows = self._connection.execute(f'PRAGMA table_info("{quoted}")')
        return {str(row[1]) for row in rows}

    def guard(self) -> None:
        """Allow nothing but reading tables from now on."""
        self._connection.set_authorizer(_allow)

    def has(self, table: str) -> bool:
        return table in self._tables

    def rows(
        self, table: str, columns: str, where: str = "", values: tuple = (), order: str = "id"
    ) -> Iterator[dict[str, Any]]:
        """Yield rows of `table` with `columns`; one that is not there is None. Raise Unreadable."""
        wanted = columns.split()
        there = self._tables.get(table, set())
        if "id" not in there and order == "id":
            return
        names = [name if name in there else f"NULL AS {name}" for name in wanted]
        query = f"SELECT {', '.join(names)} FROM {table} {where} ORDER BY {order}"
        self._until = time.monotonic() + QUERY_SECONDS
        try:
            for row in self._connection.execute(query, values):
                yield dict(zip(wanted, row, strict=True))
        except (sqlite3.Error, OverflowError) as error:
            raise Unreadable("It is damaged.") from error


def _allow(action: int, first: Any, second: Any, _schema: Any, trigger: Any) -> int:
    if trigger is not None:  # within a view or a trigger
        return sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_FUNCTION:
        return sqlite3.SQLITE_OK if second in _FUNCTIONS else sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY
