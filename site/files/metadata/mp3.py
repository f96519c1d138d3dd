"""MP3: its tags, which are before and behind the sound (id3.org, wiki.hydrogenaud.io: APEv2)."""

from collections.abc import Iterator

from .edits import Damaged, Edit, Reader

_MAX_TAGS = 16


def edits(reader: Reader) -> Iterator[Edit]:
    start, end = 0, reader.size
    for _number in range(_MAX_TAGS):
        start += _length_before(reader, start)
        end -= _length_behind(reader, start, end)
    if start >= end:
        raise Damaged  # nothing but tags
    yield Edit(0, start)
    yield Edit(end, reader.size)


def _length_before(reader: Reader, at: int) -> int:
    head = reader.available(at, 10)
    if len(head) < 10 or not head.startswith(b"ID3"):
        return 0
    size = 0
    for byte in head[6:10]:  # seven bits each
        size = size << 7 | byte & 0x7F
    has_footer = head[5] & 0x10
    return min(10 + size + (10 if has_footer else 0), reader.size - at)


def _length_behind(reader: Reader, start: int, end: int) -> int:
    tail = reader.read(max(start, end - 256), min(256, end - start))
    if tail[-128:-125] == b"TAG":
        return 128
    if tail[-227:-223] == b"TAG+":
        return 227
    length = 0
    if tail[-32:-24] == b"APETAGEX":
        has_head = tail[-12 + 3] & 0x80  # the highest bit of its flags
        length = int.from_bytes(tail[-20:-16], "little") + (32 if has_head else 0)
    elif tail[-9:] == b"LYRICS200" and tail[-15:-9].isdigit():
        length = int(tail[-15:-9]) + 15
    elif tail[-10:-7] == b"3DI":
        length = 20
        for shift, byte in zip((21, 14, 7, 0), tail[-4:], strict=True):
            length += (byte & 0x7F) << shift
    return min(length, end - start)
