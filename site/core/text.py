"""Compare text as people read it: case folding, look-alikes and invisible characters."""

import re
import unicodedata

from .confusables import skeleton_of

# Control, format, surrogate, private use, unassigned; line and paragraph separators.
_INVISIBLE_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
# Invisible characters of other categories: the rest of Unicode's Default_Ignorable_Code_Point
# (DerivedCoreProperties.txt), and the blank braille cell.
_BLANKS = {0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0}
_BLANKS |= {*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)}
# Characters that join or modify emoji within a sequence (Unicode TS 51, 2.3).
_EMOJI_JOINTS = {"\u200d", "\ufe0f"}
_EMOJI_CATEGORIES = {"So", "Sk"}
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
# Letters with a stroke or a ligature, which Unicode does not decompose.
_WITHOUT_STROKES = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ŧ": "t", "ı": "i", "ð": "d"}
    | {"æ": "ae", "œ": "oe", "þ": "th"}
)


def fold(name: str) -> str:
    """Return `name` for comparisons: NFKC, case-folded, single spaces (Unicode TR 36, 2.10)."""
    return " ".join(unicodedata.normalize("NFKC", plain(name).casefold()).split())


def search_key(text: str) -> str:
    """Return `text` for searching and sorting: folded, and without accents.

    The marks of other scripts stay, because they are letters there ("が" is not "か").
    """
    if text.isascii():
        return " ".join(text.lower().split())
    letters = unicodedata.normalize("NFKD", fold(text).translate(_WITHOUT_STROKES))
    return unicodedata.normalize("NFC", "".join(x for x in letters if not _is_accent(x)))


def has_words(text: str, words: str) -> bool:
    """Return True if `text` contains each of `words`, whatever their case and accents."""
    key = search_key(text)
    return all(word in key for word in search_key(words).split())


def _is_accent(letter: str) -> bool:
    return unicodedata.combining(letter) >= 200  # above, below or through the letter


def look_of(name: str) -> str:
    """Return one key, at most 255 characters, that names share if they look alike in any case."""
    return skeleton_of(skeleton_of(plain(name)).casefold())[:255]


def plain(name: str) -> str:
    """Return `name` in NFKC without invisible characters and with single spaces; keep its case."""
    letters = unicodedata.normalize("NFKC", name)
    seen = (letter for letter in letters if not _is_invisible(letter) or letter.isspace())
    return " ".join("".join(seen).split())


def normalize_password(password: str | None) -> str | None:
    """Return `password` in NFKC (NIST SP 800-63B, 3.1.1.2), or None if it is None (no password)."""
    return password if password is None else unicodedata.normalize("NFKC", password)


def has_invisible(name: str) -> bool:
    """Return True if `name` contains an invisible character outside an emoji."""
    if name.isascii() and name.isprintable():
        return False
    return any(
        _is_invisible(letter) and not (letter in _EMOJI_JOINTS and _is_emoji(before))
        for before, letter in zip(" " + name, name, strict=False)
    )


def is_storable(text: str) -> bool:
    """Return True if every database and every encoder accepts `text`: no NUL, no lone surrogate."""
    return _UNSTORABLE.search(text) is None


def _is_invisible(letter: str) -> bool:
    return ord(letter) in _BLANKS or unicodedata.category(letter) in _INVISIBLE_CATEGORIES


def _is_emoji(letter: str) -> bool:
    return letter in _EMOJI_JOINTS or unicodedata.category(letter) in _EMOJI_CATEGORIES
