"""Reads a file piece by piece, in the threads of stores, while a client takes it."""

import logging
from collections.abc import AsyncIterator, Callable, Iterator
from threading import Lock
from time import monotonic

from django.core.exceptions import RequestAborted

from core.threads import in_database, in_store, start_in_store

from .stores import Missing, Unavailable

logger = logging.getLogger(__name__)

# A long response ends if its reader has lost access since.
ACCESS_SECONDS = 30


class Reading:
    """Reads `size` bytes of the file `key` from `pieces`, each in any thread."""

    def __init__(self, key: str, pieces: Iterator[bytes], size: int) -> None:
        self.key = key
        self._pieces = pieces
        self._left = size
        self._lock = Lock()

    def all(self) -> bytes:
        return b"".join(iter(self.next_piece, b""))

    def next_piece(self) -> bytes:
        """Return the next bytes, b"" after the last. Raise Missing if the store has fewer."""
        with self._lock:
            piece = next(self._pieces, b"")
            self._left -= len(piece)
            if self._left and not piece:
                raise Missing(f"{self._left} bytes are missing at the end")
            return piece

    def close(self) -> None:
        """Close `pieces` soon, in another thread: one may be reading, and must finish first."""
        start_in_store(self._close)

    def _close(self) -> None:
        with self._lock:
            close = getattr(self._pieces, "close", None)
            if close is not None:
                close()


class Stream:
    """The content of a long response: each piece is read when the client has taken the last.

    If it must end too early, because the store fails or `is_allowed` (which may run queries)
    returns False meanwhile, the server cuts the connection: the client must notice.
    """

    def __init__(self, reading: Reading, is_allowed: Callable[[], bool] | None) -> None:
        self._reading = reading
        self._is_allowed = is_allowed
        self._piece = reading.next_piece()  # a fault is known before the response begins

    async def __aiter__(self) -> AsyncIterator[bytes]:
        checked_at = monotonic()
        next_piece = in_store(self._reading.next_piece)
        try:
            while self._piece:
                yield self._piece
                if self._is_allowed and monotonic() - checked_at > ACCESS_SECONDS:
                    if not await in_database(self._is_allowed)():
                        raise RequestAborted
                    checked_at = monotonic()
                self._piece = await next_piece()
        except Unavailable as error:
            log_error(self._reading.key, error)
            raise RequestAborted from error
        finally:
            self.close()

    def close(self) -> None:
        """Django calls this at the end, also if the client went before the first piece."""
        self._reading.close()


def log_error(key: str, error: Unavailable) -> None:
    """Log that the file `key` could not be read."""
    if isinstance(error, Missing):
        logger.error(
            "The store has no bytes of the file %s: %s",
            *(key, error),
            extra={"event": "files.missing", "fields": {"file": key}},
        )
    else:
        logger.error(
            "The file %s could not be read: %s",
            *(key, error),
            extra={"event": "files.unavailable", "fields": {"file": key}},
        )
