"""PNG and APNG (www.w3.org/TR/png-3): all chunks but those that change how it looks."""

from collections.abc import Iterator

from .edits import Damaged, Edit, Reader

SIGNATURE = b"\x89PNG\r\n\x1a\n"
MAX_PROFILE = 64 * 1024  # bytes
_KEPT = {
    *(b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP"),
    *(b"sBIT", b"bKGD", b"pHYs", b"acTL", b"fcTL", b"fdAT"),
}


def edits(reader: Reader) -> Iterator[Edit]:
    if reader.read(0, 8) != SIGNATURE:
        raise Damaged
    at, kind = 8, b""
    while kind != b"IEND":
        length, kind = reader.number(at, 4), reader.read(at + 4, 4)
        end = at + 12 + length
        if end > reader.size:
            raise Damaged
        if kind == b"fcTL":
            reader.count_frame()
        if kind not in _KEPT or (kind == b"iCCP" and length > MAX_PROFILE):
            yield Edit(at, end)
        at = end
    yield Edit(at, reader.size)
