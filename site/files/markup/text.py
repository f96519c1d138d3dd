"""Text of strangers in one line, without what is not seen."""

import unicodedata

MAX_TITLE = 200  # letters
MAX_DESCRIPTION = 300
MAX_SITE = 60

# Controls, marks of direction and other format characters, half characters, private and unassigned
# ones, and separators of lines.
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_JOINERS = "\u200c\u200d"  # inside emoji, and inside words of Persian and Indian scripts
_BLANKS = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"  # look like nothing
_ELLIPSIS = "…"


def cleaned(text: str, most: int) -> str:
    """Return `text` with single spaces, in at most `most` letters; what is cut ends in "…"."""
    text = " ".join("".join(letter for letter in text if _is_kept(letter)).split())
    text = text.strip(_JOINERS + " ")
    if len(text) <= most:
        return text
    return text[: most - 1].rstrip(_JOINERS + " ") + _ELLIPSIS


def _is_kept(letter: str) -> bool:
    if letter.isspace() or letter in _JOINERS:
        return True
    return letter not in _BLANKS and unicodedata.category(letter) not in _UNSEEN
