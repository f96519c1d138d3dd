"""Search messages with the full-text index of the database, and highlight the matches.

On SQLite the index is an FTS5 table (https://sqlite.org/fts5.html), on PostgreSQL a GIN index of
text vectors (https://www.postgresql.org/docs/current/textsearch.html). Both are created in
`schema.py`, follow every change of a message in its own transaction, and ignore case and accents.
"""

import re
import string
import unicodedata
from functools import cache
from typing import NamedTuple

from django.db import connections
from django.db.models import BooleanField, Q
from django.db.models.expressions import RawSQL
from django.template.loader import render_to_string

_PART = re.compile(r'["“”]([^"“”]*)["“”]?|([^\s"“”]+)')
_SIGNS = str.maketrans(dict.fromkeys(string.punctuation, " "))
# The index ignores signs, but C++, C# and #42 are not the same words as C and 42.
_SIGNED = re.compile(r"(?<![^\W_])[^\W_]++[+#]++[^\W_]*+|#++[^\W_]++|\++\d[^\W_]*+")
_ACCENTS = re.compile("[\u0300-\u036f]")
_LONGEST = 100  # compared characters of a word
_MOST_MARKED = 500  # highlighted words of one message

MARKED = "messaging/search/_marked.html"
_TAG_OR_ENTITY = re.compile(r"(<[^>]*>|&#?\w+;)")
_WORD = re.compile("[^\\W_](?:[^\\W_]|[\u0300-\u036f])*")


class Term(NamedTuple):
    """Consecutive words. If `is_whole` is False, the last one is a prefix.

    `signed` are those of the words that have + or #, including these signs.
    """

    words: tuple
    is_whole: bool
    signed: tuple = ()


def terms_of(text):
    """Return the Terms of a query: each word, and each phrase in quotation marks."""
    found = []
    for quoted, plain in _PART.findall(text):
        part = quoted or plain
        words = part.translate(_SIGNS).split()
        words = tuple(word[:_LONGEST] for word in words if any(map(str.isalnum, word)))
        if words:
            is_whole = bool(quoted) or part.endswith(("+", "#"))
            found.append(Term(words, is_whole, tuple(_SIGNED.findall(part))))
    return found


def holding(messages, terms):
    """Filter the queryset `messages` to those that contain all `terms`."""
    found = messages.filter(_holds(terms, connections[messages.db].vendor))
    for signed in {signed for term in terms for signed in term.signed}:
        found = found.filter(body__icontains=signed)
    return found


def _holds(terms, vendor):
    """Return the condition for messages with all `terms`, for the database `vendor`."""
    if vendor == "sqlite":
        match = " AND ".join(_for_sqlite(term) for term in terms)
        sql = "SELECT rowid FROM messaging_words WHERE messaging_words MATCH %s"
        return Q(pk__in=RawSQL(sql, [match]))
    query = " & ".join(_for_postgresql(term) for term in terms)
    sql = "messaging_message.words @@ to_tsquery('simple', %s)"
    return RawSQL(sql, [query], output_field=BooleanField())


def _for_sqlite(term):
    """Return an FTS5 phrase, with a star if its last word is a prefix (FTS5, 3.2 and 3.3)."""
    return f'"{" ".join(term.words)}"' + ("" if term.is_whole else "*")


def _for_postgresql(term):
    """Return the same for `to_tsquery`, without accents, as in the index (PostgreSQL, 12.3.2)."""
    words = " <-> ".join(f"'{_without_accents(word)}'" for word in term.words)
    return words + ("" if term.is_whole else ":*")


def _without_accents(text):
    bare = _ACCENTS.sub("", unicodedata.normalize("NFD", text))
    return unicodedata.normalize("NFC", bare)


def mark(html, terms):
    """Return a message's sanitised `html` with the words of `terms` highlighted."""
    left = _MOST_MARKED
    asked = [(_compared(word), whole) for term in terms for word, whole in _with_wholeness(term)]

    @cache  # long messages repeat words
    def drawn(word):
        hit = any(_fits(_compared(word), *wanted) for wanted in asked)
        return render_to_string(MARKED, {"word": word}).strip() if hit else word

    def drawn_few(match):
        nonlocal left
        shown = drawn(match[0]) if left else match[0]
        left -= shown != match[0]
        return shown

    parts = _TAG_OR_ENTITY.split(html)
    parts[::2] = [_WORD.sub(drawn_few, text) for text in parts[::2]]
    return "".join(parts)


def _with_wholeness(term):
    *first, last = term.words
    return [*((word, True) for word in first), (last, term.is_whole)]


def _fits(word, wanted, is_whole):
    return word == wanted if is_whole else word.startswith(wanted)


def _compared(word):
    return _without_accents(word).casefold()
