"""GIF (www.w3.org/Graphics/GIF/spec-gif89a.txt): comments, and blocks of applications."""

from collections.abc import Iterator

from .edits import Damaged, Edit, Reader

_TRAILER, _IMAGE, _EXTENSION = 0x3B, 0x2C, 0x21
_CONTROL, _APPLICATION = 0xF9, 0xFF
_LOOPS = (b"NETSCAPE2.0\x03\x01", b"ANIMEXTS1.0\x03\x01")


def edits(reader: Reader) -> Iterator[Edit]:
    if reader.read(0, 6) not in (b"GIF87a", b"GIF89a"):
        raise Damaged
    at = 13 + _table(reader.byte(10))
    while at < reader.size:
        kind = reader.byte(at)
        if kind == _TRAILER:
            yield Edit(at + 1, reader.size)
            return
        if kind == _IMAGE:
            reader.count_frame()
            end = _end_of_blocks(reader, at + 11 + _table(reader.byte(at + 9)))
        elif kind == _EXTENSION:
            end = _end_of_blocks(reader, at + 2)
            if not _is_needed(reader, at, end):
                yield Edit(at, end)
        else:
            raise Damaged
        at = end
    yield Edit(reader.size, reader.size, bytes([_TRAILER]))


def _table(flags: int) -> int:
    """Return the length of the colour table that these flags announce."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _end_of_blocks(reader: Reader, at: int) -> int:
    while length := reader.byte(at):
        at += length + 1
    return at + 1


def _is_needed(reader: Reader, at: int, end: int) -> bool:
    """Return True for how a frame is shown, and for how often the animation is repeated."""
    label = reader.byte(at + 1)
    if label == _APPLICATION and end - at == 19:
        return reader.read(at + 3, 13) in _LOOPS
    return label == _CONTROL and end - at == 8
