"""Ogg (RFC 3533): the comments of Vorbis, Opus and Speex sound, and pictures in them.

The second packet of a stream holds them. It keeps its length, so that no page moves; the checksums
of its pages are made anew.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from .edits import Damaged, Edit, Reader

MAX_COMMENTS = 16 * 1024**2  # bytes
# How a stream of a codec begins; its comments: what is before and behind them.
_CODECS = {
    b"OpusHead": (b"OpusTags", b""),
    b"\x01vorbis": (b"\x03vorbis", b"\x01"),
    b"\x80theora": (b"\x81theora", b""),
    b"Speex   ": (b"", b""),
    b"\x7fFLAC": (b"", b""),
}
_NONE = bytes(8)  # no name of a maker, no comments


@dataclass
class Page:
    start: int
    body: int
    end: int
    changes: list[Edit] = field(default_factory=list)


@dataclass
class Stream:
    """A stream of the file, while its second packet is looked for."""

    begin: bytes = b""
    number: int = -1  # of the packet that goes on
    parts: list[tuple[Page, int, int]] = field(default_factory=list)  # of the second packet
    is_done: bool = False


def edits(reader: Reader) -> Iterator[Edit]:
    streams: dict[bytes, Stream] = {}
    at = 0
    while at < reader.size:
        if reader.read(at, 4) != b"OggS":
            raise Damaged
        count = reader.byte(at + 26)
        laces = reader.read(at + 27, count)
        page = Page(at, at + 27 + count, at + 27 + count + sum(laces))
        if page.end > reader.size:
            raise Damaged
        is_first = reader.byte(at + 5) & 2
        serial = reader.read(at + 14, 4)
        if is_first:
            streams[serial] = Stream(reader.available(page.body, 8))
        elif serial not in streams:
            raise Damaged
        stream = streams[serial]
        if not stream.is_done:
            _take_packets(stream, page, laces, is_continued=bool(reader.byte(at + 5) & 1))
            if stream.is_done:
                yield from _edits_of(reader, stream)
        at = page.end


def _take_packets(stream: Stream, page: Page, laces: bytes, is_continued: bool) -> None:
    at = page.body
    is_new = not is_continued
    for lace in laces:
        stream.number += is_new
        if stream.number == 1 and lace:
            stream.parts.append((page, at, at + lace))
        at += lace
        is_new = lace < 255
        if is_new and stream.number == 1:
            stream.is_done = True
            return
    if sum(end - start for _page, start, end in stream.parts) > MAX_COMMENTS:
        raise Damaged


def _edits_of(reader: Reader, stream: Stream) -> Iterator[Edit]:
    parts, offset = stream.parts, 0
    packet = b"".join(reader.read(start, end - start) for _page, start, end in parts)
    emptied = _without_comments(packet, stream.begin)
    pages: list[Page] = []
    for page, start, end in parts:
        page.changes.append(Edit(start, end, emptied[offset : offset + end - start]))
        offset += end - start
        if page not in pages[-1:]:
            pages.append(page)
    for page in pages:
        yield from page.changes
        yield Edit(page.start + 22, page.start + 26, _checksum(reader, page).to_bytes(4, "little"))


def _without_comments(packet: bytes, stream: bytes) -> bytes:
    codec = next((codec for codec in _CODECS if stream.startswith(codec)), None)
    if codec is None:
        return packet
    before, behind = _CODECS[codec]
    if codec == b"\x7fFLAC":
        before = packet[:4]
    kept = before + _NONE + behind
    if len(kept) > len(packet) or not packet.startswith(before):
        raise Damaged
    return kept + bytes(len(packet) - len(kept))


def _checksum(reader: Reader, page: Page) -> int:
    data = bytearray(reader.read(page.start, page.end - page.start))
    data[22:26] = bytes(4)
    for change in page.changes:
        data[change.start - page.start : change.end - page.start] = change.put
    checksum = 0
    for byte in data:
        checksum = (checksum << 8 & 0xFFFFFFFF) ^ _TABLE[checksum >> 24 ^ byte]
    return checksum


def _row(value: int) -> int:
    value <<= 24
    for _bit in range(8):
        value = (value << 1) ^ (0x04C11DB7 if value & 0x80000000 else 0)
    return value & 0xFFFFFFFF


_TABLE = [_row(value) for value in range(256)]
