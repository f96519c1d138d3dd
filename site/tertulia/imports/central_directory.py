"""How many members a zip has, without a table of them: `zipfile` makes one of any size.

https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3
"""

import os
import struct
from pathlib import Path

MAGICS = (b"PK\x03\x04", b"PK\x05\x06")  # of a file that is a zip; the second if it is empty
_MEMBER, _END, _END64 = b"PK\x01\x02", b"PK\x05\x06", b"PK\x06\x06"
_END_BYTES = 22 + 65_535  # with its comment
_MAX_MEMBER_BYTES = 500  # what it takes in the directory, on average
_UNKNOWN = 0xFFFFFFFF


def is_zip(path: Path) -> bool:
    """Return True if the file begins as a zip."""
    with path.open("rb") as file:
        return file.read(4) in MAGICS


def counts_more_than(path: Path, most: int) -> bool:
    """Return True if the directory at the end of the zip lists more than `most` members.

    Return False if there is no directory: `zipfile` says what is wrong.
    """
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        start = file.seek(max(0, size - _END_BYTES))
        tail = file.read()
        at = tail.rfind(_END)
        if at < 0 or len(tail) < at + 22:
            return False
        [length] = struct.unpack_from("<I", tail, at + 12)
        end, at64 = start + at, tail.rfind(_END64, 0, at)
        if length == _UNKNOWN and at64 >= 0 and len(tail) >= at64 + 56:
            [length] = struct.unpack_from("<Q", tail, at64 + 40)
            end = start + at64
        if length > most * _MAX_MEMBER_BYTES:
            return True
        file.seek(max(0, end - length))
        return file.read(length).count(_MEMBER) > most
