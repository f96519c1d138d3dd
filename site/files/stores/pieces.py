"""Files in the database, as rows of 256 KiB: for sites without a disk or another store.

Each row is written in a transaction of its own, because SQLite has one writer at a time.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from django.db import Error, connections, transaction

from ..models import Piece
from .base import PIECE, Missing, Unavailable, pieces_of, require_free_disk


class Database:
    name = "database"

    def __init__(self, alias: str = "default") -> None:
        self._alias = alias
        self._pieces = Piece.objects.using(alias)

    def write(self, name: str, file: BinaryIO) -> None:
        try:
            self._pieces.filter(name=name).delete()
            for number, data in enumerate(pieces_of(file)):
                self._require_free_disk()
                with transaction.atomic(self._alias):
                    self._pieces.create(name=name, number=number, data=data)
        except (Error, OSError, Unavailable) as error:
            self._remove_half(name)
            raise Unavailable(str(error)) from error

    def read(self, name: str, start: int, end: int) -> Iterator[bytes]:
        while start < end:
            number, offset = divmod(start, PIECE)
            data = self._piece(name, number)[offset : offset + end - start]
            if not data:
                raise Missing(f"{name} is not in the database, or cut off at {start} bytes")
            start += len(data)
            yield data

    def remove(self, names: Iterable[str]) -> None:
        for name in names:
            try:
                self._pieces.filter(name=name).delete()
            except Error as error:
                raise Unavailable(str(error)) from error

    def _piece(self, name: str, number: int) -> bytes:
        """Return the bytes of a row, b"" if there is none."""
        pieces = self._pieces.filter(name=name, number=number)
        try:
            return bytes(pieces.values_list("data", flat=True).first() or b"")
        except Error as error:
            raise Unavailable(str(error)) from error

    def _remove_half(self, name: str) -> None:
        """Remove what was written of a file, if the database still answers."""
        with suppress(Unavailable):
            self.remove([name])

    def _require_free_disk(self) -> None:
        if connections[self._alias].vendor == "sqlite":
            file = Path(str(connections[self._alias].settings_dict["NAME"]))
            require_free_disk(file.parent if file.is_file() else Path.cwd())
