"""JPEG (ITU T.81): comments, and segments of applications but JFIF, colour profile and Adobe's."""

import re
from collections.abc import Iterator

from .edits import WINDOW, Damaged, Edit, Reader

_END, _SCAN, _COMMENT = 0xD9, 0xDA, 0xFE
_KEPT = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")  # in a scan: no stuffing, restart or filling


def edits(reader: Reader) -> Iterator[Edit]:
    if reader.read(0, 2) != b"\xff\xd8":
        raise Damaged
    at = 2
    while True:
        while reader.read(at, 2) == b"\xff\xff":
            at += 1
        if reader.byte(at) != 0xFF:
            raise Damaged
        marker = reader.byte(at + 1)
        if marker == _END:
            # What follows is no part of the picture: often a film, or a second picture.
            yield Edit(at + 2, reader.size)
            return
        end = at + 2 + reader.number(at + 2, 2)
        if marker == _COMMENT or (0xE0 <= marker <= 0xEF and not _is_kept(reader, at, marker)):
            yield Edit(at, end)
        at = _end_of_scan(reader, end) if marker == _SCAN else end


def _is_kept(reader: Reader, at: int, marker: int) -> bool:
    name = _KEPT.get(marker, b"")
    return bool(name) and reader.available(at + 4, len(name)) == name


def _end_of_scan(reader: Reader, at: int) -> int:
    while piece := reader.available(at, WINDOW):
        if found := _MARKER.search(piece):
            return at + found.start()
        if len(piece) < 2:
            break
        at += len(piece) - 1  # a marker may lie across two pieces
    raise Damaged
