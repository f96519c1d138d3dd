"""Files in a folder that only this user can read.

A file is written to `incoming/` and renamed when it is complete: no half file has a name of its
own, whatever crashes.
"""

import os
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from .base import PIECE, Missing, Unavailable, pieces_of, require_free_disk

INCOMING_SECONDS = 3600  # a file that is older than this and still in `incoming/` is removed


class Folder:
    name = "folder"

    def __init__(self, path: Path) -> None:
        self._path = path
        self._incoming = path / "incoming"

    def write(self, name: str, file: BinaryIO) -> None:
        part = None
        try:
            self._make(self._incoming)
            number, part = tempfile.mkstemp(dir=self._incoming)  # 0600
            with os.fdopen(number, "wb") as stored:
                for data in pieces_of(file):
                    require_free_disk(self._incoming)
                    stored.write(data)
                stored.flush()
                os.fsync(stored.fileno())
            path = self._path_of(name)
            self._make(path.parent)
            Path(part).rename(path)
            _sync_folder(path.parent)
        except OSError as error:
            raise Unavailable(str(error)) from error
        finally:
            if part is not None:
                with suppress(OSError):
                    Path(part).unlink(missing_ok=True)

    def read(self, name: str, start: int, end: int) -> Iterator[bytes]:
        try:
            with self._path_of(name).open("rb") as stored:
                stored.seek(start)
                while start < end and (data := stored.read(min(PIECE, end - start))):
                    start += len(data)
                    yield data
        except FileNotFoundError as error:
            raise Missing(f"{name} is not in the folder") from error
        except OSError as error:
            raise Unavailable(str(error)) from error
        if start < end:
            raise Missing(f"{name} is cut off at {start} bytes")

    def remove(self, names: Iterable[str]) -> None:
        for name in names:
            path = self._path_of(name)
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                raise Unavailable(str(error)) from error
            with suppress(OSError):  # it holds other files
                path.parent.rmdir()

    def remove_incoming(self) -> None:
        """Remove what writers that were killed have left in `incoming/`."""
        before = time.time() - INCOMING_SECONDS
        with suppress(OSError):
            for part in self._incoming.iterdir():
                with suppress(OSError):
                    if part.stat().st_mtime < before:
                        part.unlink()

    def _path_of(self, name: str) -> Path:
        return self._path / name[:2] / name[2:]

    def _make(self, folder: Path) -> None:
        """Make a folder that only this user can open; another process may remove an empty one."""
        self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)


def _sync_folder(path: Path) -> None:
    """Make the name of a new file last through a power cut, as the file itself."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
