"""The posts of an export on disk, to be read by channel and in the order of their times."""

import json
import sqlite3
from collections.abc import Iterator
from itertools import count
from typing import Any, NamedTuple

_TABLE = """
    CREATE TABLE post (
        place TEXT, at INTEGER, key TEXT, root TEXT, record TEXT, UNIQUE (place, key)
    )
"""


class Kept(NamedTuple):
    """A post: its key, that of its root ("" if it is one), and the object that describes it."""

    key: str
    root: str
    record: dict[str, Any]


class Spool:
    """A database in a temporary file that only this object sees, and that ends with it."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", check_same_thread=False, isolation_level=None)
        for statement in ("PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", _TABLE):
            self._database.execute(statement)
        self._database.execute("CREATE INDEX by_time ON post (place, at)")
        self._database.execute("BEGIN")

    def add(
        self, place: str, at: int, key: str, root: str, record: dict[str, Any]
    ) -> tuple[str, bool]:
        """Keep a post. Return its key, and False if the same post is there already.

        Posts at the same place need different keys: the second one gets "-2" at the end of its own.
        """
        line = json.dumps(record)
        for number in count(1):
            numbered = key if number == 1 else f"{key}-{number}"
            if self._insert(place, at, numbered, root, line):
                return numbered, True
            if self._line(place, numbered) == line:
                return numbered, False
        raise AssertionError

    def _insert(self, *values: str | int) -> bool:
        statement = "INSERT OR IGNORE INTO post VALUES (?, ?, ?, ?, ?)"
        return self._database.execute(statement, values).rowcount > 0

    def _line(self, place: str, key: str) -> str:
        query = "SELECT record FROM post WHERE place = ? AND key = ?"
        return str(self._database.execute(query, (place, key)).fetchone()[0])

    def of(self, place: str) -> Iterator[Kept]:
        """Yield what was kept of `place` in the order of its times."""
        query = "SELECT key, root, record FROM post WHERE place = ? ORDER BY at, rowid"
        for key, root, line in self._database.execute(query, (place,)):
            yield Kept(key, root, json.loads(line))
