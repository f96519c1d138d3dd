"""Ranges of bytes that a client asks for: https://www.rfc-editor.org/rfc/rfc9110#section-14"""

import re

_RANGE = re.compile(r"([0-9]*)-([0-9]*)")


class Unsatisfiable(Exception):
    """The range is not in the file."""


def range_of(header: str, size: int) -> tuple[int, int] | None:
    """Return (start, end) of the range in a Range header, for a file of `size` bytes.

    Return None if it is not a single range: the whole file is sent then, as the standard allows.
    Raise Unsatisfiable if the range is not in the file.
    """
    unit, _equals, ranges = header.partition("=")
    asked = [text for text in map(str.strip, ranges.split(",")) if text]
    match = _RANGE.fullmatch(asked[0]) if len(asked) == 1 else None
    if unit.strip().lower() != "bytes" or match is None or asked == ["-"]:
        return None
    first, last = (_number(digits, size) for digits in match.groups())
    if first is None:  # the last bytes of the file
        start, end = size - min(last or 0, size), size
    else:
        start, end = first, size if last is None else min(last + 1, size)
    if start >= end:
        raise Unsatisfiable
    return start, end


def _number(digits: str, size: int) -> int | None:
    """Return the number, None without digits. One of very many digits is past the file."""
    if not digits:
        return None
    digits = digits.lstrip("0") or "0"
    return int(digits) if len(digits) < 20 else size
