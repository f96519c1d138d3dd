"""RIFF files: WebP (RFC 9649) and WAV. Chunks that are not needed to show or play them."""

from collections.abc import Generator, Iterator
from typing import NamedTuple

from .edits import Damaged, Edit, Reader

MAX_PROFILE = 64 * 1024  # bytes
_FRAME = {b"ALPH", b"VP8 ", b"VP8L"}
_WEBP = _FRAME | {b"VP8X", b"ANIM", b"ANMF", b"ICCP"}
_WAV = {b"fmt ", b"fact", b"data", b"cue ", b"smpl", b"inst", b"plst"}
_HAS_PROFILE, _HAS_ALPHA, _IS_ANIMATED = 0x20, 0x10, 0x02


class Chunk(NamedTuple):
    kind: bytes
    start: int
    body: int
    end: int  # with its padding


def webp_edits(reader: Reader) -> Iterator[Edit]:
    end = _end_of(reader, b"WEBP")
    if end > reader.size:
        raise Damaged
    cut, flags_at, has_profile = 0, None, False
    for chunk in _chunks(reader, 12, end):
        is_large = chunk.kind == b"ICCP" and chunk.end - chunk.body > MAX_PROFILE
        if chunk.kind not in _WEBP or is_large:
            cut += chunk.end - chunk.start
            yield Edit(chunk.start, chunk.end)
        elif chunk.kind == b"ANMF":
            reader.count_frame()
            cut += yield from _frame_edits(reader, chunk)
        elif chunk.kind == b"VP8X":
            flags_at = chunk.body
        has_profile = has_profile or (chunk.kind == b"ICCP" and not is_large)
    if flags_at is not None:
        kept = _HAS_ALPHA | _IS_ANIMATED | (_HAS_PROFILE if has_profile else 0)
        yield Edit(flags_at, flags_at + 1, bytes([reader.byte(flags_at) & kept]))
    yield Edit(4, 8, (end - 8 - cut).to_bytes(4, "little"))
    yield Edit(end, reader.size)


def _frame_edits(reader: Reader, frame: Chunk) -> Generator[Edit, None, int]:
    """Yield the edits of a frame of an animation; return how many bytes are cut."""
    cut = 0
    for chunk in _chunks(reader, frame.body + 16, frame.end):
        if chunk.kind not in _FRAME:
            cut += chunk.end - chunk.start
            yield Edit(chunk.start, chunk.end)
    if cut:
        size = frame.end - frame.body - cut
        yield Edit(frame.start + 4, frame.body, size.to_bytes(4, "little"))
    return cut


def wav_edits(reader: Reader) -> Iterator[Edit]:
    # A recording that was broken off has a length of 0 or of 2 ** 32 - 1.
    end = (
        reader.size if _end_of(reader, b"WAVE") < 44 else min(_end_of(reader, b"WAVE"), reader.size)
    )
    kept = 4
    for chunk in _chunks(reader, 12, end, is_clipped=True):
        if chunk.kind in _WAV:
            kept += chunk.end - chunk.start
        else:
            yield Edit(chunk.start, chunk.end)
    yield Edit(4, 8, min(kept, 2**32 - 1).to_bytes(4, "little"))
    yield Edit(end, reader.size)


def _end_of(reader: Reader, form: bytes) -> int:
    if (reader.read(0, 4), reader.read(8, 4)) != (b"RIFF", form):
        raise Damaged
    return int.from_bytes(reader.read(4, 4), "little") + 8


def _chunks(reader: Reader, at: int, end: int, is_clipped: bool = False) -> Iterator[Chunk]:
    while at < end:
        if end - at < 8:
            if not is_clipped:
                raise Damaged
            yield Chunk(b"", at, end, end)
            return
        kind = reader.read(at, 4)
        size = int.from_bytes(reader.read(at + 4, 4), "little")
        next_one = at + 8 + size + size % 2
        if next_one > end:
            if not is_clipped and next_one > end + size % 2:
                raise Damaged
            next_one = end
        yield Chunk(kind, at, at + 8, next_one)
        at = next_one
