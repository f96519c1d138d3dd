"""One thread at a time begins a transaction; the others of this process wait in line.

SQLite lets a connection that finds the database locked sleep for up to 100 ms and try again. With
many writers nobody knows who is next: some wait for seconds while the database rests. Other
processes, such as a command, still meet this process at SQLite's own lock.
"""

import threading
from typing import Any

from django.db import OperationalError
from django.db.backends.sqlite3 import base

DEFAULT_SECONDS = 5.0  # as sqlite3's own default

_writing = threading.Lock()


class DatabaseWrapper(base.DatabaseWrapper):
    """Waits for its turn as long as SQLite would wait: the option "timeout", in seconds."""

    _has_turn = False

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
