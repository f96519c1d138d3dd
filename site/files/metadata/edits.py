"""Read a file in pieces, and write it with some ranges of bytes changed."""

from collections.abc import Iterable
from typing import BinaryIO, NamedTuple

WINDOW = 256 * 1024  # bytes in memory


class Damaged(Exception):
    """The file is not made as its format says."""


class TooMany(Exception):
    """The picture has too many frames."""


class Edit(NamedTuple):
    """The bytes from `start` to before `end` become `put` and a number of zeros."""

    start: int
    end: int
    put: bytes = b""
    zeros: int = 0


class Reader:
    """The bytes of a file that can seek, read through a window."""

    def __init__(self, source: BinaryIO, max_frames: int | None = None) -> None:
        self._source = source
        self.size = source.seek(0, 2)
        self._start, self._window = 0, b""
        self._frames, self._max_frames = 0, max_frames

    def read(self, at: int, count: int) -> bytes:
        """Return the `count` bytes at `at`. Raise Damaged if the file ends before."""
        offset = at - self._start
        data = self._window[offset : offset + count] if offset >= 0 else b""
        if len(data) < count:
            self._source.seek(at)
            self._start, self._window = at, self._source.read(max(WINDOW, count))
            data = self._window[:count]
            if len(data) < count:
                raise Damaged
        return data

    def available(self, at: int, count: int) -> bytes:
        """Return the bytes at `at`, `count` or as many as there are."""
        return self.read(at, max(0, min(count, self.size - at)))

    def byte(self, at: int) -> int:
        offset = at - self._start
        if 0 <= offset < len(self._window):
            return self._window[offset]
        return self.read(at, 1)[0]

    def number(self, at: int, count: int) -> int:
        """Return the big-endian number of `count` bytes at `at`."""
        return int.from_bytes(self.read(at, count))

    def count_frame(self) -> None:
        self._frames += 1
        if self._max_frames is not None and self._frames > self._max_frames:
            raise TooMany


def blank(start: int, end: int) -> Edit:
    """Return the edit that makes these bytes zeros."""
    return Edit(start, end, zeros=end - start)


def write(reader: Reader, target: BinaryIO, edits: Iterable[Edit]) -> None:
    """Write the file with `edits`, which are in order. Of two that overlap, the first one counts,
    and what is left of the second becomes zeros."""
    at = 0
    for edit in edits:
        if edit.end < edit.start or (edit.end <= at and at > edit.start):
            continue
        if edit.start < at:
            edit = blank(at, edit.end)
        _copy(reader, target, at, edit.start)
        target.write(edit.put)
        _write_zeros(target, edit.zeros)
        at = edit.end
    _copy(reader, target, at, reader.size)


def _copy(reader: Reader, target: BinaryIO, start: int, end: int) -> None:
    while start < end:
        count = min(WINDOW, end - start)
        target.write(reader.read(start, count))
        start += count


def _write_zeros(target: BinaryIO, count: int) -> None:
    while count > 0:
        target.write(bytes(min(WINDOW, count)))
        count -= WINDOW
