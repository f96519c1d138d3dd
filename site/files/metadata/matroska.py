"""WebM (RFC 9559): tags, attached files, titles and dates become void elements of their size."""

from collections.abc import Iterator

from .edits import Damaged, Edit, Reader

_HEADER, _SEGMENT, _INFO, _CLUSTER = 0x1A45DFA3, 0x18538067, 0x1549A966, 0x1F43B675
_VOID, _CHECKSUM = 0xEC, 0xBF
_TAKEN_OUT = {0x1254C367, 0x1941A469, _VOID}  # Tags, Attachments
_TAKEN_OUT_OF_INFO = {0x7BA9, 0x7384, 0x3C83AB, 0x3E83BB, 0x4461, _CHECKSUM, _VOID}


def edits(reader: Reader) -> Iterator[Edit]:
    if reader.number(0, 4) != _HEADER:
        raise Damaged
    yield from _edits_of(reader, 0, reader.size, _TAKEN_OUT)


def _edits_of(reader: Reader, at: int, end: int, taken_out: set[int]) -> Iterator[Edit]:
    while at < end:
        kind, body = _identity(reader, at)
        body, size = _size(reader, body)
        # A live recording does not say how long its parts are: the next ones follow inside.
        if kind == _SEGMENT or size is None:
            at = body
            continue
        after = min(body + size, end)
        if kind == _INFO:
            yield from _edits_of(reader, body, after, _TAKEN_OUT_OF_INFO)
        elif kind in taken_out:
            yield _void(at, after)
        at = after


def _identity(reader: Reader, at: int) -> tuple[int, int]:
    length = 9 - reader.byte(at).bit_length()
    if length > 4:
        raise Damaged
    return reader.number(at, length), at + length


def _size(reader: Reader, at: int) -> tuple[int, int | None]:
    length = 9 - reader.byte(at).bit_length()
    if length > 8:
        raise Damaged
    size = reader.number(at, length) & (1 << 7 * length) - 1
    return at + length, None if size == (1 << 7 * length) - 1 else size


def _void(start: int, end: int) -> Edit:
    length = end - start
    if length < 10:
        return Edit(start, end, bytes([_VOID, 0x80 | length - 2]), length - 2)
    return Edit(start, end, bytes([_VOID, 1]) + (length - 9).to_bytes(7), length - 9)
