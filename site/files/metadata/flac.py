"""FLAC (RFC 9639): all blocks before the sound but those that are needed to play it."""

from collections.abc import Iterator

from .edits import Damaged, Edit, Reader

_KEPT = {0, 3}  # stream information, seek table
_IS_LAST = 0x80


def edits(reader: Reader) -> Iterator[Edit]:
    if reader.read(0, 4) != b"fLaC" or reader.byte(4) & 0x7F:
        raise Damaged
    at, last_kept, flags = 4, 4, 0
    while not flags & _IS_LAST:
        flags = reader.byte(at)
        end = at + 4 + reader.number(at + 1, 3)
        if end > reader.size:
            raise Damaged
        if flags & 0x7F in _KEPT:
            last_kept = at
        else:
            yield Edit(at, end)
        at = end
    yield Edit(last_kept, last_kept + 1, bytes([reader.byte(last_kept) | _IS_LAST]))
    if reader.size >= at + 128 and reader.read(reader.size - 128, 3) == b"TAG":
        yield Edit(reader.size - 128, reader.size)
