"""The items of a HEIC or AVIF picture (ISO 14496-12, 8.11): EXIF and XMP are emptied."""

from collections.abc import Iterator
from typing import Any

from .edits import Damaged, Edit, Reader

MAX_ITEMS = 65_536
# EXIF without fields, because decoders refuse it if it is broken: its offset, and a TIFF file.
_NO_EXIF = b"\0\0\0\0II*\0\x08\0\0\0" + bytes(6)
# What is put in the place of each kind.
_EMPTY = {b"Exif": _NO_EXIF, b"mime": b"", b"uri ": b""}

type Box = Any  # of `boxes`, which stands on this


def edits(reader: Reader, meta: list[Box]) -> Iterator[Edit]:
    """Yield edits that blank the metadata of a picture with these boxes in its box `meta`."""
    boxes = {box.kind: box for box in meta}
    if b"iinf" not in boxes or b"iloc" not in boxes:
        return
    kinds = dict(_items(reader, boxes[b"iinf"]))
    data = boxes[b"idat"].body if b"idat" in boxes else 0
    for item, start, end in _places(reader, boxes[b"iloc"], data):
        if item not in kinds:
            continue
        start, end = min(start, reader.size), min(end or reader.size, reader.size)
        put = _EMPTY[kinds[item]]
        if len(put) > end - start:
            put = b""
        yield Edit(start, end, put, end - start - len(put))


def _items(reader: Reader, iinf: Box) -> Iterator[tuple[int, bytes]]:
    """Yield (number, kind) of the items that are metadata."""
    at = iinf.body + (6 if reader.byte(iinf.body) == 0 else 8)
    while at + 8 <= iinf.end:
        size = reader.number(at, 4)
        if size < 8 or at + size > iinf.end:
            raise Damaged
        version = reader.byte(at + 8)
        length = 2 if version < 3 else 4
        kind = reader.read(at + 14 + length, 4)
        if version >= 2 and kind in _EMPTY:
            yield reader.number(at + 12, length), kind
        at += size


def _places(reader: Reader, iloc: Box, data: int) -> Iterator[tuple[int, int, int]]:
    """Yield (item, start, end) for each part of an item; the end is 0 if it is that of the file."""
    at, version = iloc.body + 4, reader.byte(iloc.body)
    sizes = reader.number(at, 2)
    of_offset, of_length, of_base = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15
    of_index = sizes & 15 if version else 0
    wide = 4 if version == 2 else 2
    count, at = reader.number(at + 2, wide), at + 2 + wide
    if count > MAX_ITEMS:
        raise Damaged
    for _item in range(count):
        item, at = reader.number(at, wide), at + wide
        method = reader.number(at, 2) & 15 if version else 0
        at += 4 if version else 2
        base, at = reader.number(at, of_base), at + of_base
        extents, at = reader.number(at, 2), at + 2
        for _extent in range(extents):
            at += of_index
            start = base + reader.number(at, of_offset) + (data if method == 1 else 0)
            length = reader.number(at + of_offset, of_length)
            at += of_offset + of_length
            yield item, start, start + length if length else 0
