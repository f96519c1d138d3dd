"""The files of messages in an export: `files/<key>-<name>`."""

import io
from itertools import chain
from zipfile import ZIP_STORED, ZipFile

from files import stores
from messaging.attachments.models import Attachment

FOLDER = "files"
MAX_NAME_BYTES = 200  # of a file's name, beside its key: file systems take 255 in all


def files(database="default", **which):
    """Yield the Attachments that messages show; `which` are filters."""
    shown = Attachment.objects.using(database).filter(**which).shown()
    yield from shown.select_related("blob").order_by("pk").iterator(1000)


def path_of(attachment):
    """Return the path of a file in an export; the names of files are cleaned when they are kept."""
    name = attachment.name.replace("/", "_").replace("\0", "_")
    while len(name.encode()) > MAX_NAME_BYTES:
        stem, dot, end = name.rpartition(".")
        name = f"{stem[:-1]}{dot}{end}" if stem else name[:-1]
    return f"{FOLDER}/{attachment.blob_id}-{name}"


def pieces_of(attachment, database="default"):
    """Yield the bytes of a file. Raise stores.Unavailable."""
    blob = attachment.blob
    is_here = blob.stored_in == "database"
    store = stores.database(database) if is_here else stores.store_named(blob.stored_in)
    yield from store.read(blob.pk, 0, blob.size)


def zipped(name, text, **which):
    """Yield a zip with `text`, pieces of a document, as `name`, and the files of messages.

    `which` are filters, as of `files`. A file that its store does not have is left out.
    """
    output = Output()
    with ZipFile(output, "w", ZIP_STORED) as archive:
        yield from _member(archive, output, name, (piece.encode() for piece in text))
        for file in files(**which):
            pieces = pieces_of(file)
            try:
                first = next(pieces, b"")
            except stores.Missing:
                continue
            yield from _member(archive, output, path_of(file), chain([first], pieces))
    yield output.taken()


def _member(archive, output, name, pieces):
    with archive.open(name, "w", force_zip64=True) as member:
        for piece in pieces:
            member.write(piece)
            yield output.taken()


class Output(io.RawIOBase):
    """A stream without a position, whose bytes are taken as they come."""

    def __init__(self):
        super().__init__()
        self._written = bytearray()

    def writable(self):
        return True

    def write(self, data):
        self._written += data
        return len(data)

    def taken(self):
        taken, self._written = bytes(self._written), bytearray()
        return taken
