"""The tar file of a backup: written to a stream and read from one, never unpacked.

    release.json                    version, format, time, migrations: read before anything else
    messaging.message.jsonl         the rows of a table, one a line
    messaging.message.2.jsonl       its rows from the next PART_CHARACTERS on
    …
    manifest.json                   release.json again, with rows and SHA-256 of every member

A tar states the size of a member before its contents, so a long table is divided into members that
fit into memory. `files/` is reserved for the bytes of uploaded files.
"""

import hashlib
import io
import json
import tarfile
from itertools import count

RELEASE, MANIFEST = "release.json", "manifest.json"
ROWS = ".jsonl"
PART_CHARACTERS = 4 * 2**20
MAX_ROW_BYTES = 16 * 2**20
MAX_DOCUMENT_BYTES = 16 * 2**20


class NotRestorable(Exception):
    """A backup that cannot be restored here; the text says why and what to do."""


class Writer:
    """Writes members to `file`, a binary stream, and remembers their digests for the manifest."""

    def __init__(self, file):
        # The oldest format of tar that all programs read; our names are short and ASCII.
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

    def add_document(self, name, values):
        self.add(name, json.dumps(values, ensure_ascii=False, indent=1) + "\n")

    def close(self):
        """Write what marks the end of a tar."""
        self._tar.close()


class TableWriter:
    """A text file for the rows of one table, of which `Writer` makes one member or several."""

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
        """Write the last member; a table without rows has one that is empty."""
        if self._part.tell() or self._is_empty:
            self._end_part()

    def _end_part(self):
        text = self._part.getvalue()
        self._writer.add(next(self._names), text, rows=text.count("\n"))
        self._part, self._is_empty = io.StringIO(), False


def member_names(label):
    """Yield the names of the members of a table, one after the other."""
    yield f"{label}{ROWS}"
    yield from (f"{label}.{number}{ROWS}" for number in count(2))


def label_of(name):
    """Return the label of the model whose rows the member `name` holds."""
    label, _dot, number = name.removesuffix(ROWS).rpartition(".")
    return label if number.isdecimal() else name.removesuffix(ROWS)


class PlainFile(tarfile.TarInfo):
    """A member that is an ordinary file.

    Links, devices and headers of arbitrary length are refused before anything of them is read.
    """

    @classmethod
    def frombuf(cls, buf, encoding, errors):
        member = super().frombuf(buf, encoding, errors)
        if member.type not in (tarfile.REGTYPE, tarfile.AREGTYPE):
            raise NotRestorable(f"The backup is damaged: {member.name!r} is not an ordinary file.")
        return member


class Reader:
    """Reads members from `file`, a binary stream; nothing touches the disk.

    `members` is what has been read so far, as the manifest lists it.
    """

    def __init__(self, file):
        self._file = _CountedFile(file)
        self.members = {}
        try:
            self._tar = tarfile.open(fileobj=self._file, mode="r|", tarinfo=PlainFile)  # noqa: SIM115
        except tarfile.TarError as error:
            raise NotRestorable("This is not a backup of Tertulia.") from error

    def __iter__(self):
        """Yield the name of each member; the caller reads it with `rows` or `document`."""
        for member in self._tar:
            if member.name in self.members:
                raise NotRestorable(f"The backup is damaged: it holds {member.name!r} twice.")
            self._contents = self._tar.extractfile(member)
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
    """A binary stream that counts: a pipe does not know where it is, and tarfile wants to know."""

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
