"""Pictures for the demo: a hill under the sun at an hour of the day, the same each time."""

import struct
import zlib
from functools import cache
from math import sin

WIDTH, HEIGHT = 640, 480
_HOURS = {  # the sky above, the sky at the horizon, the sun, the hill
    "morning": ((141, 184, 227), (253, 226, 196), (255, 244, 214), (74, 124, 89)),
    "noon": ((70, 140, 210), (190, 222, 240), (255, 250, 220), (58, 130, 70)),
    "evening": ((92, 74, 132), (240, 150, 100), (255, 205, 120), (52, 66, 72)),
}


@cache
def scene(hour):
    """Return the picture of "morning", "noon" or "evening" as PNG."""
    above, below, sun, hill = _HOURS[hour]
    skies = [_between(above, below, y / HEIGHT) for y in range(HEIGHT)]
    edges = [int(HEIGHT * (0.68 + 0.08 * sin(x / 90) + 0.03 * sin(x / 31))) for x in range(WIDTH)]
    middle = WIDTH * 3 // 4, HEIGHT * (2 + len(hour) % 3) // 8
    rows = [_row(y, skies[y], edges, sun, middle, hill) for y in range(HEIGHT)]
    return _png(b"".join(b"\0" + row for row in rows))


def _between(first, last, part):
    return bytes(round(a + (b - a) * part) for a, b in zip(first, last, strict=True))


def _row(y, sky, edges, sun, middle, hill):
    """Return the pixels of one row."""
    height = 44**2 - (y - middle[1]) ** 2
    reach = int(height**0.5) if height > 0 else -1
    is_sun = range(middle[0] - reach, middle[0] + reach + 1)
    colours = sky, bytes(sun), bytes(hill)
    return b"".join(
        colours[2 if y >= edge else 1 if x in is_sun else 0] for x, edge in enumerate(edges)
    )


def _png(rows):
    """Return rows of RGB pixels, each after a zero byte, as PNG (RFC 2083)."""
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    chunks = (b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
