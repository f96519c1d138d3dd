"""The files of Campfire, where Rails's Active Storage keeps them on a disk."""

import re
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from ..records import FileHere, Unreadable
from ..values import text

_KEY = re.compile(r"[a-z0-9]{4,64}")


def folder_of(database: Path) -> Path | None:
    """Return the folder of the files of an installation, whose database is in storage/db/."""
    for folder in (database.parent.parent / "files", database.parent / "files"):
        if folder.is_dir():
            return folder
    return None


def file_here(blob: dict[str, Any], folder: Path | None) -> FileHere:
    """Return the FileHere of a row of active_storage_blobs."""
    name = re.sub(r"[/\\]", "_", text(blob["filename"])).strip()
    here = FileHere(name=name[:255] or "file", content_type=text(blob["content_type"])[:100])
    key = text(blob["key"])
    if folder is None or not _KEY.fullmatch(key):
        return here
    path = folder / key[:2] / key[2:4] / key
    if path.is_symlink() or not path.is_file() or not _is_inside(path, folder):
        return here
    return here._replace(open=partial(_open, path), size=path.stat().st_size)


def _is_inside(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())


def _open(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise Unreadable("It cannot be read.") from error
