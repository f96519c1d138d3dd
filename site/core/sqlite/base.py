"""Django's SQLite with turns for writers, and placeholders that are converted once.

One thread at a time begins a transaction; the others of this process wait in line.
SQLite lets a connection that finds the database locked sleep for up to 100 ms and try again. With
many writers nobody knows who is next: some wait for seconds while the database rests. Other
processes, such as a command, still meet this process at SQLite's own lock.
"""

import threading
from functools import lru_cache
from typing import Any, cast

from django.db import OperationalError
from django.db.backends.sqlite3 import base

DEFAULT_SECONDS = 5.0  # as sqlite3's own default
LONGEST_QUERY = 10_000  # characters that are remembered; a page's queries have up to 5,000

_writing = threading.Lock()


class DatabaseWrapper(base.DatabaseWrapper):
    """Waits for its turn as long as SQLite would wait: the option "timeout", in seconds."""

    _has_turn = False

    def create_cursor(self, name: Any = None) -> Any:
        return self.connection.cursor(factory=Cursor)

    def _start_transaction_under_autocommit(self) -> None:
        seconds = self.settings_dict["OPTIONS"].get("timeout", DEFAULT_SECONDS)
        if not _writing.acquire(timeout=seconds):
            raise OperationalError("database is locked")
        self._has_turn = True
        try:
            super()._start_transaction_under_autocommit()
        except BaseException:
            self._end_turn()
            raise

    def _commit(self) -> Any:
        super()._commit()  # after an error Django rolls back
        self._end_turn()

    def _rollback(self) -> Any:
        try:
            super()._rollback()
        finally:
            self._end_turn()

    def _close(self) -> Any:
        try:
            super()._close()
        finally:
            self._end_turn()

    def _end_turn(self) -> None:
        if self._has_turn:
            self._has_turn = False
            _writing.release()


class Cursor(base.SQLiteCursorWrapper):
    """Replaces the placeholders of a query once: "%s" becomes "?", which is what SQLite reads.

    The regular expression took as long as SQLite took for a short query.
    """

    def convert_query(self, query: str, *, param_names: list[str] | None = None) -> str:
        if param_names is None and len(query) <= LONGEST_QUERY:
            return _converted(query)
        return super().convert_query(query, param_names=param_names)


@lru_cache(maxsize=300)
def _converted(query: str) -> str:
    cursor = cast(base.SQLiteCursorWrapper, None)  # of which nothing is used
    return base.SQLiteCursorWrapper.convert_query(cursor, query)
