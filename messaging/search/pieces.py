"""Split a text into the pieces by which the parts of its words are found.

A piece begins at each letter of a word and has at most LONGEST letters: "kettle" has the pieces
kettle, ettle, ttle and tle, so that every part of the word is the beginning of a piece. A run of a
script without spaces (確認済みです) holds many words: its pieces have SHORTEST letters, the last
ones fewer. Case and accents are dropped. Other pieces are tags: of the author, and of links.

The triggers of the index on SQLite call `pieces_of`; on PostgreSQL `schema.py` has the same in SQL.
What was indexed must be removed again by the same rules when a message changes, so other rules
need another name than FUNCTION.
"""

import re
import unicodedata

from ..markdown.links import UNSPACED

FUNCTION = "messaging_pieces_of"
SHORTEST, LONGEST = 3, 12
MOST_LETTERS = 20_000  # of one text: imported ones may be longer than those that people post
# Tags begin with a separator, so that no word of a text can be one.
LINK, FROM = "\ue000link", "\ue000from"
HTML_OF_A_LINK = '<a href="http'

# ASCII except letters and digits, and the punctuation marks, symbols and spaces of other scripts.
# By ranges, because a letter's category may change from one version of Unicode to the next.
SEPARATORS = (
    r"\x01-\x2f\x3a-\x40\x5b-\x60\x7b-\xa9\xab-\xb4\xb6-\xb9\xbb-\xbf\xd7\xf7"
    r"\u02c2-\u02c5\u02d2-\u02df\u055a-\u055f\u0589\u058a\u05be\u05c0\u05c3\u05f3\u05f4"
    r"\u060c\u060d\u061b-\u061f\u066a-\u066d\u06d4\u0964\u0965\u0e2f\u0e46\u0e4f\u0e5a\u0e5b"
    r"\u104a-\u104f\u1361-\u1368\u17d4-\u17db\u2000-\u206f\u207a-\u207e\u208a-\u208e\u20a0-\u20c0"
    r"\u2190-\u2bff\u2e00-\u2e7f\u3000-\u3004\u3008-\u3020\u3030\u303d\u30a0\u30fb"
    r"\ue000-\uf8ff\ufe00-\ufe6f\ufeff\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
    r"\ufff0-\uffff\U0001f000-\U0001faff\U000e0000-\U000e0fff"
)
_WORD = re.compile(f"[^\x00{SEPARATORS}]+")
_RUN = re.compile(f"([{UNSPACED}]+)|([^{UNSPACED}]+)")
ACCENTS = "\u0300-\u036f"
_ACCENTS = re.compile(f"[{ACCENTS}]")


def without_accents(text):
    """Return `text` without accents, with letters of other widths as ordinary ones (NFKC)."""
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", text))
    return unicodedata.normalize("NFC", bare)


def fold(text):
    return without_accents(text).casefold()


def runs_of(text):
    """Return [(run of letters, True if its script has no spaces)] of a text without accents."""
    runs = (run for word in _WORD.findall(text) for run in _RUN.findall(word))
    return [(unspaced or spaced, bool(unspaced)) for unspaced, spaced in runs]


def pieces_of(body, has_link, author_id):
    """Return the pieces of a message, each once, with spaces between them."""
    pieces = {f"{FROM}{author_id}": None}
    if has_link:
        pieces[LINK] = None
    for run, is_unspaced in runs_of(fold(body[:MOST_LETTERS])):
        length = SHORTEST if is_unspaced else LONGEST
        starts = len(run) if is_unspaced else max(len(run) - SHORTEST + 1, 1)
        for start in range(starts):
            pieces[run[start : start + length]] = None
    return " ".join(pieces)


def wanted(run, is_unspaced, is_last):
    """Return the pieces that a text with `run` has: [(piece, True if it may be longer)].

    If `is_last` is False, the run ends where a word of the text ends. Return [] for what pieces
    cannot find: one or two letters of a script with spaces.
    """
    length = SHORTEST if is_unspaced else LONGEST
    if len(run) < SHORTEST:
        return [(run, True)] if is_unspaced else []
    if len(run) <= length:
        return [(run, is_last and not is_unspaced)]
    step = 1 if is_unspaced else length // 2
    starts = [*range(0, len(run) - length, step), len(run) - length]
    return [(run[start : start + length], False) for start in starts[:-1]] + [
        (run[starts[-1] :], False)
    ]
