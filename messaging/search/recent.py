"""Look for common words in the newest messages, one by one.

FTS5 lists everything that begins with some letters before it returns the first: among a million
messages this takes half a second if most have it. The newest thousand then hold enough.
"""

import sqlite3
from contextlib import closing
from typing import NamedTuple

from .pieces import MOST_LETTERS, fold, runs_of

MOST = 1_000  # messages that are read
SAMPLE = 100  # of these, by which is decided whether to read the others
TOKENIZER = "unicode61 remove_diacritics 2"  # of the index of words


class Short(NamedTuple):
    """One or two letters: the beginning of a word, or all between two signs or other scripts."""

    phrase: str  # an FTS5 query of the index of words
    run: str  # without accents, folded


def recent_with(messages, pieces, shorts, count):
    """Yield the ids of those of the newest of `messages` with all `pieces` and `shorts`, in lists.

    Each list holds `count` or more. There is none if they are too rare to expect these among MOST.
    """
    newest = messages.order_by("-pk").values_list("pk", "body")
    found = _having(newest[:SAMPLE], pieces, shorts)
    if len(found) * MOST < count * SAMPLE:
        return
    if len(found) >= count:
        yield found
        found = []
    found += _having(newest[SAMPLE:MOST], pieces, shorts)
    if len(found) >= count:
        yield found


def _having(rows, pieces, shorts):
    """Return the ids of those of `rows`, (id, body), that the indexes would find."""
    rows = [(pk, body) for pk, body in rows if _has_pieces(body, pieces)]
    for short in shorts:
        begins = _with_phrase(rows, short.phrase)
        rows = [(pk, body) for pk, body in rows if pk in begins or _has_run(body, short.run)]
    return [pk for pk, _body in rows]


def _has_pieces(body, pieces):
    # A piece begins at every letter, so the index has it wherever the text does. No piece has a
    # separator, or letters of scripts with and without spaces.
    text = fold(body[:MOST_LETTERS]) if pieces else ""
    return all(piece in text for piece in pieces)


def _has_run(body, run):
    text = fold(body[:MOST_LETTERS])
    return run in text and (run, False) in runs_of(text)


def _with_phrase(rows, phrase):
    with closing(sqlite3.connect(":memory:")) as memory:
        memory.execute(f"CREATE VIRTUAL TABLE words USING fts5(body, tokenize='{TOKENIZER}')")
        memory.executemany("INSERT INTO words (rowid, body) VALUES (?, ?)", rows)
        found = memory.execute("SELECT rowid FROM words WHERE words MATCH ?", [phrase])
        return {pk for (pk,) in found}
