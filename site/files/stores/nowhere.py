"""The store of files whose bytes this site does not have."""

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from .base import Missing, Unavailable

MISSING = "missing"  # a restored backup did not have them


class Nowhere:
    """`name` is MISSING, or that of a store that FILES_URL does not name any more."""

    def __init__(self, name: str) -> None:
        self.name = name

    def write(self, name: str, file: BinaryIO) -> None:
        raise Unavailable(f"FILES_URL names no store {self.name!r}")

    def read(self, name: str, start: int, end: int) -> Iterator[bytes]:
        if self.name == MISSING:
            raise Missing(f"{name} was not in the backup")
        raise Unavailable(f"FILES_URL names no store {self.name!r}")

    def remove(self, names: Iterable[str]) -> None:
        if self.name != MISSING:
            raise Unavailable(f"FILES_URL names no store {self.name!r}")
