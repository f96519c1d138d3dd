"""What an import reads from: a zip, a folder or one file. Nothing is ever unpacked.

Members are found by their names in a table made on opening, and read in place. What does not keep
to the limits, or has a member that points outside, is Broken as a whole, before anything is read.
"""

import os
import stat
import unicodedata
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from . import central_directory, safe_json
from .records import Broken, Unreadable

MAX_ENTRIES = 200_000
MAX_JSON_BYTES = 64 * 2**20
MAX_LINE_BYTES = 16 * 2**20
MAX_TOTAL_BYTES = 2 * 2**30  # unpacked; --large lifts it
MAX_RATIO = 200  # of a member of more than RATIO_FROM bytes to what it takes in the zip
RATIO_FROM = 2**20
# What reading a member can raise.
FAULTS = (BadZipFile, EOFError, NotImplementedError, OSError, RuntimeError, zlib.error)
_LITTER = {"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini"}
_UTF8_NAME = 0x800  # the flag of a name in UTF-8; without it zipfile reads cp437
_ENCRYPTED = 0x1 | 0x40


class Archive:
    """The members of an archive, by their paths in it. Raise Broken if it must not be read.

    A folder that holds all the others is left out of the paths: people unpack archives and pack
    them again. Names are in NFC.
    """

    def __init__(self, path: Path, is_large: bool = False) -> None:
        self._members: dict[str, ZipInfo | Path] = {}
        self._zip: ZipFile | None = None
        try:
            if path.is_dir():
                self._add_folder(path)
            elif central_directory.is_zip(path):
                self._add_zip(path)
            else:
                self._add(path.name, path)
        except OSError as error:
            raise Broken(f"{path} cannot be read: {error.strerror or error}.") from error
        if not is_large and sum(map(self.size, self._members)) > MAX_TOTAL_BYTES:
            raise Broken("Unpacked it is larger than 2 GiB. If you trust it, add --large.")
        self._leave_out_outer_folder()

    def names(self) -> list[str]:
        """Return the paths of all files, sorted."""
        return sorted(self._members)

    def __contains__(self, name: str) -> bool:
        return _normal(name) in self._members

    def size(self, name: str) -> int:
        """Return the size of a member in bytes. Raise KeyError if there is none of this name."""
        member = self._members[_normal(name)]
        return member.stat().st_size if isinstance(member, Path) else member.file_size

    def open(self, name: str) -> BinaryIO:
        """Open a member to read bytes; a seek backwards may be slow. Raise Unreadable.

        Reading from it may raise one of FAULTS.
        """
        try:
            member = self._members[_normal(name)]
            if isinstance(member, Path):
                return member.open("rb")
            assert self._zip is not None
            return self._zip.open(member)  # type: ignore[return-value]
        except KeyError:
            raise Unreadable("It is not in the archive.") from None
        except FAULTS as error:
            raise Unreadable("It is damaged.") from error

    def read(self, name: str, limit: int = MAX_JSON_BYTES) -> bytes:
        """Return the bytes of a member of at most `limit` bytes. Raise Unreadable."""
        with self.open(name) as file:
            try:
                data = file.read(limit + 1)
            except FAULTS as error:
                raise Unreadable("It is damaged.") from error
        if len(data) > limit:
            raise Unreadable("It is too large.")
        return data

    def json(self, name: str) -> Any:
        """Return the value of a JSON member. Raise Unreadable; its text does not name the file."""
        return safe_json.parse(self.read(name))

    def lines(self, name: str) -> Iterator[bytes]:
        """Yield the lines of a member, each at most MAX_LINE_BYTES long. Raise Unreadable."""
        with self.open(name) as file:
            try:
                while line := file.readline(MAX_LINE_BYTES + 1):
                    if len(line) > MAX_LINE_BYTES:
                        raise Unreadable("It has a line that is too long.")
                    yield line
            except FAULTS as error:
                raise Unreadable("It is damaged.") from error

    def path(self, name: str) -> Path | None:
        """Return where a member is on disk, for programs that need a file; None inside a zip."""
        member = self._members.get(_normal(name))
        return member if isinstance(member, Path) else None

    def close(self) -> None:
        if self._zip is not None:
            self._zip.close()

    def _add_folder(self, top: Path) -> None:
        for folder, _folders, files in os.walk(top):
            for name in sorted(files):
                path = Path(folder, name)
                if stat.S_ISREG(path.lstat().st_mode):  # links could lead anywhere
                    self._add(path.relative_to(top).as_posix(), path)

    def _add_zip(self, path: Path) -> None:
        if central_directory.counts_more_than(path, MAX_ENTRIES):
            raise Broken(f"It holds more than {MAX_ENTRIES:,} files.")
        try:
            self._zip = ZipFile(path)
        except (*FAULTS, ValueError) as error:
            raise Broken("It is not a complete zip file: get it again.") from error
        for member in self._zip.infolist():
            if not member.is_dir():
                _require_harmless(member)
                self._add(_name_of(member), member)

    def _add(self, name: str, member: ZipInfo | Path) -> None:
        name = _normal(name)
        if not _LITTER.isdisjoint(PurePosixPath(name).parts):
            return
        if name in self._members:
            raise Broken(f"It holds two files with the name {name[:100]!r}.")
        if len(self._members) >= MAX_ENTRIES:
            raise Broken(f"It holds more than {MAX_ENTRIES:,} files.")
        self._members[name] = member

    def _leave_out_outer_folder(self) -> None:
        tops = {name.partition("/")[0] for name in self._members}
        if len(tops) == 1 and all("/" in name for name in self._members):
            self._members = {
                name.partition("/")[2]: member for name, member in self._members.items()
            }


def _require_harmless(member: ZipInfo) -> None:
    """Raise Broken for a member that no honest export has."""
    name = member.filename
    parts = name.replace("\\", "/").split("/")
    if ".." in parts or parts[0] == "" or ":" in parts[0] or "\0" in member.orig_filename:
        raise Broken(f"It holds a file whose name points outside: {name[:100]!r}.")
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise Broken(f"It holds {name[:100]!r}, which is not an ordinary file.")
    if member.flag_bits & _ENCRYPTED:
        raise Broken("It is encrypted: unpack it, and pack it again without a password.")
    if member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise Broken("It is compressed in an unusual way: unpack it, and pack it as a plain zip.")
    if member.file_size > max(RATIO_FROM, MAX_RATIO * member.compress_size):
        raise Broken(f"{name[:100]!r} grows more than {MAX_RATIO} times when it is unpacked.")


def _name_of(member: ZipInfo) -> str:
    """Return the name, in UTF-8 if it can be: many programs do not set the flag for it."""
    if member.flag_bits & _UTF8_NAME:
        return member.filename
    try:
        return member.filename.encode("cp437").decode()
    except UnicodeError:
        return member.filename


def _normal(name: str) -> str:
    return unicodedata.normalize("NFC", name).replace("\\", "/")
