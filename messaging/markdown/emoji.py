"""Emoji: what `:tada:` means, and texts that are nothing but emoji.

The names come from emoji.tsv, which `make emoji` writes. It is read when the first code is.
"""

import re
from functools import cache
from pathlib import Path

MOST_ALONE = 27  # emoji that are shown large

_FILE = Path(__file__).with_name("emoji.tsv")
_TONE = "[\U0001f3fb-\U0001f3ff]"
# Symbols that most fonts draw as emoji, and others only if U+FE0F demands it.
_PICTURE = "[\u231a-\u23ff\u25fb-\u27bf\u2b05-\u2b55\U0001f000-\U0001f1e5\U0001f200-\U0001faff]"
_SYMBOL = (
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u24c2"
    "\u25aa-\u25fa\u2934\u2935\u3030\u303d\u3297\u3299]"
)
_PART = f"(?:{_PICTURE}(?:\ufe0f|{_TONE})?+|{_SYMBOL}\ufe0f)"
# Unicode TS 51, ED-17: flags, keycaps, and pictures that a joiner makes one.
_EMOJI = (
    "(?:[\U0001f1e6-\U0001f1ff]{2}|[0-9#*]\ufe0f?\u20e3"
    f"|{_PART}(?:\u200d{_PART})*+[\U000e0020-\U000e007f]*+)"
)
_ONLY_EMOJI = re.compile(rf"\s*+(?:{_EMOJI}\s*+){{1,{MOST_ALONE}}}+")
_LONGEST = MOST_ALONE * 12  # letters


def emoji_of(code):
    """Return the emoji that `code` (such as "tada") means, or None."""
    return _codes().get(code)


def is_only_emoji(text):
    """Return True if `text` is at most MOST_ALONE emoji and spaces."""
    return len(text) <= _LONGEST and _ONLY_EMOJI.fullmatch(text) is not None


@cache
def _codes():
    with _FILE.open(encoding="utf-8") as lines:
        parts = (line.split("\t", 2) for line in lines)
        return {code: emoji for emoji, codes, _rest in parts for code in codes.split()}
