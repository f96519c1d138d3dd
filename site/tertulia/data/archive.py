"""The tar file of a backup: written to and read from a stream, never unpacked.

    release.json                    version, format, time, migrations: read first
    messaging.message.jsonl         the rows of a table, one per line
    messaging.message.2.jsonl       its rows after the first PART_CHARACTERS
    …
    files/<key>, files/<key>.small  the contents of an uploaded file, and of its small picture
    …
    manifest.json                   release.json plus the row count and SHA-256 of every member;
                                    one SHA-256, of names and digests, for all in files/

A tar header states the size of a member before its contents, so a long table is split into members
that fit into memory.
"""

import hashlib
import io
import json
import tarfile
from itertools import count

from files.stores import PIECE

RELEASE, MANIFEST = "release.json", "manifest.json"
ROWS = ".jsonl"
FILES = "files/"
PART_CHARACTERS = 4 * 2**20
MAX_ROW_BYTES = 16 * 2**20
MAX_DOCUMENT_BYTES = 16 * 2**20


class NotRestorable(Exception):
    """A backup cannot be restored here; the message says why and what to do."""


class Writer:
    """Writes members to `file`, a binary stream, and remembers their digests for the manifest."""

    def __init__(self, file):
        # Every program reads the oldest tar format; it is enough for short ASCII names.
        self._tar = tarfile.TarFile(
            fileobj=_CountedFile(file), mode="w", format=tarfile.USTAR_FORMAT
        )
        self.members = {}

    def add(self, name, text, rows=None):
        contents = text.encode()
        member = tarfile.TarInfo(name)
        member.size, member.mode = len(contents), 0o600
        self._tar.addfile(member, io.BytesIO(contents))
        self.members[name] = {"rows": rows, "sha256": hashlib.sha256(contents).hexdigest()}

    def add_file(self, name, file, size):
        """Add the `size` bytes of an open file, without reading it into memory."""
        member = tarfile.TarInfo(FILES + name)
        member.size, member.mode = size, 0o600
        contents = Digested(file)
        self._tar.addfile(member, contents)
        self._tar.members.clear()  # it would remember every file
        add_digest(self.members, member.name, contents)

    def add_document(self, name, values):
        self.add(name, json.dumps(values, ensure_ascii=False, indent=1) + "\n")

    def close(self):
        """Write the end-of-archive marker."""
        self._tar.close()


class Digested:
    """An open file whose SHA-256 is computed while it is read."""

    def __init__(self, file):
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size):
        data = self._file.read(size)
        self.digest.update(data)
        return data


def add_digest(members, name, contents):
    """Add a file that was read to the entry of all files in `members`.

    A manifest with an entry for each of them would not fit into memory.
    """
    entry = members.setdefault(FILES, {"rows": None, "files": 0, "sha256": ""})
    chained = f"{entry['sha256']} {name} {contents.digest.hexdigest()}"
    entry.update(files=entry["files"] + 1, sha256=hashlib.sha256(chained.encode()).hexdigest())


class TableWriter:
    """A text file for the rows of one table; `Writer` stores it as one or more members."""

    def __init__(self, writer, label):
        self._writer = writer
        self._names = member_names(label)
        self._part = io.StringIO()
        self._is_empty = True

    def write(self, text):
        self._part.write(text)
        if text == "\n" and self._part.tell() >= PART_CHARACTERS:
            self._end_part()

    def close(self):
        """Write the last member; a table without rows gets one empty member."""
        if self._part.tell() or self._is_empty:
            self._end_part()

    def _end_part(self):
        text = self._part.getvalue()
        self._writer.add(next(self._names), text, rows=text.count("\n"))
        self._part, self._is_empty = io.StringIO(), False


def member_names(label):
    """Yield the names of a table's members, in order."""
    yield f"{label}{ROWS}"
    yield from (f"{label}.{number}{ROWS}" for number in count(2))


def label_of(name):
    """Return the model label of the member `name`."""
    label, _dot, number = name.removesuffix(ROWS).rpartition(".")
    return label if number.isdecimal() else name.removesuffix(ROWS)


class PlainFile(tarfile.TarInfo):
    """A member that is a regular file.

    Links, devices and headers of arbitrary length are rejected before they are read.
    """

    @classmethod
    def frombuf(cls, buf, encoding, errors):
        member = super().frombuf(buf, encoding, errors)
        if member.type not in (tarfile.REGTYPE, tarfile.AREGTYPE):
            raise NotRestorable(f"The backup is damaged: {member.name!r} is not an ordinary file.")
        return member


class Reader:
    """Reads members from `file`, a binary stream; nothing touches the disk.

    `members` describes the members read so far, in the manifest's format.
    """

    def __init__(self, file):
        self._file = _CountedFile(file)
        self.members = {}
        try:
            self._tar = tarfile.open(fileobj=self._file, mode="r|", tarinfo=PlainFile)  # noqa: SIM115
        except tarfile.TarError as error:
            raise NotRestorable("This is not a backup of Tertulia.") from error

    def __iter__(self):
        """Yield the name of each member; read it with `rows`, `document` or `pieces`."""
        for member in self._tar:
            if member.name in self.members:
                raise NotRestorable(f"The backup is damaged: it holds {member.name!r} twice.")
            self._contents = self._tar.extractfile(member)
            self._tar.members.clear()  # it would remember every file
            if member.name.startswith(FILES) and member.name != FILES:
                contents = self._contents = Digested(self._contents)
                yield member.name
                add_digest(self.members, member.name, contents)
            else:
                self._member = self.members[member.name] = {"rows": None, "sha256": None}
                yield member.name

    def rows(self):
        """Yield the lines of the current member."""
        digest, rows = hashlib.sha256(), 0
        while line := self._contents.readline(MAX_ROW_BYTES):
            if not line.endswith(b"\n"):
                raise NotRestorable("The backup is damaged: it holds a row without an end.")
            digest.update(line)
            rows += 1
            yield line
        self._member.update(rows=rows, sha256=digest.hexdigest())

    def pieces(self):
        """Yield the bytes of the current member, a file, in pieces."""
        while data := self._contents.read(PIECE):
            yield data

    def document(self):
        """Return the dictionary that the current member holds."""
        text = self._contents.read(MAX_DOCUMENT_BYTES)
        self._member["sha256"] = hashlib.sha256(text).hexdigest()
        values = json.loads(text)
        return values if isinstance(values, dict) else {}

    def finish(self):
        """Read to the end of the file; raise NotRestorable if it is cut."""
        while self._file.read(tarfile.RECORDSIZE):
            pass
        if self._file.size % tarfile.RECORDSIZE:
            raise NotRestorable("The backup is cut off at its end.")


class _CountedFile:
    """A binary stream that counts its bytes: tarfile needs a position, and a pipe has none."""

    def __init__(self, file):
        self._file = file
        self.size = 0

    def read(self, size):
        data = self._file.read(size)
        self.size += len(data)
        return data

    def write(self, data):
        self.size += len(data)
        return self._file.write(data)

    def tell(self):
        return self.size
