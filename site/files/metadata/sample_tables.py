"""Blank the samples of a film's tracks of metadata (ISO 14496-12, 8.7)."""

from collections.abc import Iterator

from .edits import Damaged, Edit, Reader, blank

MAX_SAMPLES = 1_000_000

type Table = dict[bytes, tuple[int, int]]  # of a track: {kind of box: (start, end)}


def edits(reader: Reader, table: Table, media: list[tuple[int, int]]) -> Iterator[Edit]:
    """Yield edits that blank the samples of `table`, as far as they are in the ranges `media`."""
    for start, length in _chunks(reader, table):
        for first, last in media:
            if first <= start < last and length > 0:
                yield blank(start, min(start + length, last))


def _chunks(reader: Reader, table: Table) -> Iterator[tuple[int, int]]:
    """Yield (start, length) for each chunk, which is a row of samples."""
    if not {b"stsz", b"stsc"} <= table.keys():
        return
    offsets = _numbers(reader, table, b"stco", 4) or _numbers(reader, table, b"co64", 8)
    sizes = _sizes(reader, table)
    rows = _numbers(reader, table, b"stsc", 4, of_a_row=3)
    numbers = dict(zip(rows[::3], rows[1::3], strict=False))  # {first chunk: samples in each}
    count = 0
    for number, start in enumerate(offsets, start=1):
        count = numbers.get(number, count)
        yield start, sum(size for _sample, size in zip(range(count), sizes, strict=False))


def _sizes(reader: Reader, table: Table) -> Iterator[int]:
    start, _end = table[b"stsz"]
    size, count = reader.number(start + 4, 4), reader.number(start + 8, 4)
    if size:
        return iter([size] * min(count, MAX_SAMPLES))
    return iter(_numbers(reader, {b"stsz": (start + 4, table[b"stsz"][1])}, b"stsz", 4))


def _numbers(
    reader: Reader, table: Table, kind: bytes, length: int, of_a_row: int = 1
) -> list[int]:
    """Return the numbers in a box that holds a version, a count, and then numbers."""
    if kind not in table:
        return []
    start, end = table[kind]
    count = reader.number(start + 4, 4) * of_a_row
    if count > MAX_SAMPLES or start + 8 + count * length > end:
        raise Damaged
    data = reader.read(start + 8, count * length)
    return [int.from_bytes(data[at : at + length]) for at in range(0, len(data), length)]
