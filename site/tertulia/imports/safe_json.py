"""Parse JSON that strangers made: UTF-8, nested no deeper than MAX_DEPTH."""

import json
import re
from typing import Any, NoReturn

from .records import Unreadable

MAX_DEPTH = 64
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_BRACKETS = b'[]{}"'
_OTHERS = bytes(set(range(256)) - set(_BRACKETS))
_TEXTS = re.compile(rb'"[^"]*"')
_PAIRS = re.compile(rb"\[\]|\{\}")


def parse(data: bytes) -> Any:
    """Return the value of a JSON text. Raise Unreadable if it is none, or nested too deeply."""
    if is_too_deep(data):
        raise Unreadable("It is not JSON, or it is nested too deeply.")
    try:
        text = data.removeprefix(BYTE_ORDER_MARK).decode()
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise Unreadable("It is not JSON.") from error


def is_too_deep(data: bytes) -> bool:
    """Return True if brackets are nested deeper than MAX_DEPTH, or are not closed.

    Nothing is parsed: a text of brackets alone could exhaust the stack of the parser.
    """
    marks = data.replace(b"\\\\", b"").replace(b'\\"', b"").translate(None, _OTHERS)
    # Two quotes side by side end a text and begin another, so without them the rest reads the same.
    marks = _TEXTS.sub(b"", marks.replace(b'""', b""))
    for _level in range(MAX_DEPTH):
        if not marks:
            return False
        marks = _PAIRS.sub(b"", marks)
    return bool(marks)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
