"""MP4, QuickTime, HEIC and AVIF (ISO 14496-12): boxes that hold what is said about a recording.

They become free space of the same length, so that nothing moves to which other boxes point.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from . import items, sample_tables
from .edits import Damaged, Edit, Reader, blank

# What is kept at the top and in each box that is looked into; all else becomes free space: user
# data, meta data, boxes of makers.
_KEPT = {
    b"": b"ftyp styp moov mdat moof mfra sidx ssix prft pdin imda wide",
    b"moov": b"mvhd trak mvex iods pssh rmra clip ctab",
    b"trak": b"tkhd mdia edts tref tapt load matt clip txas",
    b"mdia": b"mdhd hdlr minf elng",
    b"minf": b"vmhd smhd hmhd nmhd gmhd sthd hdlr dinf stbl",
    b"mvex": b"mehd trex leva",
    b"moof": b"mfhd traf pssh",
    b"traf": b"tfhd tfdt trun sdtp sbgp sgpd subs saiz saio senc",
}
_IN_PICTURES = b"ftyp meta moov mdat mini"
# Handlers of tracks that are no picture, sound or text: where the camera was, mostly.
_METADATA = {b"meta", b"mdta", b"camm", b"gpmd", b"rtmd", b"nmea", b"url "}


MAX_BOXES = 100_000  # in one


class Box(NamedTuple):
    kind: bytes
    start: int
    body: int
    end: int


def edits(reader: Reader) -> Iterator[Edit]:
    """Yield the edits of a film or of its sound."""
    top = list(boxes_of(reader, 0, reader.size, is_top=True))
    if not any(box.kind in (b"moov", b"moof") for box in top):
        raise Damaged
    media = [(box.body, box.end) for box in top if box.kind in (b"mdat", b"imda")]
    yield from _edits_in(reader, top, b"", media)
    last = top[-1].end
    yield Edit(last, reader.size)  # what is no box: added by makers of cameras


def picture_edits(reader: Reader) -> Iterator[Edit]:
    """Yield the edits of a HEIC or AVIF picture."""
    top = list(boxes_of(reader, 0, reader.size, is_top=True))
    for box in top:
        if box.kind == b"meta":
            yield from items.edits(reader, list(boxes_of(reader, box.body + 4, box.end)))
        elif box.kind not in _IN_PICTURES.split():
            yield from _free(box)
    if not any(box.kind == b"meta" for box in top):
        raise Damaged
    yield Edit(top[-1].end, reader.size)


def boxes_of(reader: Reader, at: int, end: int, is_top: bool = False) -> Iterator[Box]:
    """Yield the boxes from `at` to `end`. At the top, what follows the last one may be no box."""
    count, seen = 0, False
    while end - at >= 8:
        count += 1
        if count > MAX_BOXES:
            raise Damaged
        size, kind, body = reader.number(at, 4), reader.read(at + 4, 4), at + 8
        if size == 1:
            size, body = reader.number(at + 8, 8), at + 16
        after = end if size == 0 else at + size
        if is_top and kind == b"mdat" and body <= end < after:
            after = end  # the recording was broken off
        if not body <= after <= end:
            if is_top and seen:
                return
            raise Damaged
        yield Box(kind, at, body, after)
        seen = seen or kind == b"moov"
        at = after


def _edits_in(
    reader: Reader, boxes: Iterable[Box], parent: bytes, media: list[tuple[int, int]]
) -> Iterator[Edit]:
    for box in boxes:
        if box.kind == b"cmov":
            raise Damaged  # compressed
        if box.kind not in _KEPT[parent].split():
            yield from _free(box)
        elif box.kind in _KEPT:
            inside = list(boxes_of(reader, box.body, box.end))
            if box.kind == b"trak" and (table := _table_of_metadata(reader, inside)) is not None:
                yield from _free(box)
                yield from sample_tables.edits(reader, table, media)
            else:
                yield from _edits_in(reader, inside, box.kind, media)


def _free(box: Box) -> Iterator[Edit]:
    yield Edit(box.start + 4, box.start + 8, b"free")
    yield blank(box.body, box.end)


def _table_of_metadata(reader: Reader, track: list[Box]) -> dict[bytes, tuple[int, int]] | None:
    """Return the boxes of the sample table of a track of metadata, {kind: (start, end)}.

    None if it is a track to see or hear.
    """
    media = _inside(reader, track, b"mdia")
    handlers = [reader.read(box.body + 8, 4) for box in media if box.kind == b"hdlr"]
    if not _METADATA & {*handlers}:
        return None
    table = _inside(reader, _inside(reader, media, b"minf"), b"stbl")
    return {box.kind: (box.body, box.end) for box in table}


def _inside(reader: Reader, boxes: list[Box], kind: bytes) -> list[Box]:
    return [
        inside
        for box in boxes
        if box.kind == kind
        for inside in boxes_of(reader, box.body, box.end)
    ]
