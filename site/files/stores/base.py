"""What every store does."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

PIECE = 256 * 1024  # bytes to read or write at a time
MIN_FREE_BYTES = 500 * 2**20  # a full disk stops SQLite and the whole site


class Unavailable(Exception):
    """The store cannot be reached, is full or does not have the bytes; the text says why."""


class Missing(Unavailable):
    """The store answers, and does not have the bytes, or not all of them."""


class Store(Protocol):
    """Keeps bytes under names of our own making (`Blob.names`). All methods block."""

    name: str

    def write(self, name: str, file: BinaryIO) -> None:
        """Store all bytes of `file`, from its position on. Raise Unavailable and keep nothing."""

    def read(self, name: str, start: int, end: int) -> Iterator[bytes]:
        """Yield the bytes from `start` to before `end`, in pieces of at most PIECE.

        Each piece may be asked for in another thread. Raise Missing if they are not there,
        Unavailable if the store does not answer.
        """

    def remove(self, names: Iterable[str]) -> None:
        """Remove what is stored under these names, if anything. Raise Unavailable."""


def pieces_of(file: BinaryIO, size: int = PIECE) -> Iterator[bytes]:
    """Yield the bytes of `file`, from its position on, in pieces of `size` and a shorter last one.

    A call of `read` may return less than it is asked for.
    """
    while piece := file.read(size):
        while len(piece) < size and (more := file.read(size - len(piece))):
            piece += more
        yield piece


def require_free_disk(path: Path) -> None:
    """Raise Unavailable if the disk that `path` is on has less than MIN_FREE_BYTES left."""
    disk = os.statvfs(path)
    if disk.f_bavail * disk.f_frsize < MIN_FREE_BYTES:
        raise Unavailable("the disk is nearly full")
