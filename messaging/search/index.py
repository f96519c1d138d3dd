"""The words of messages: found by the database's own index, and marked where they stand.

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
# The index knows no signs, but C++, C# and #42 are other words than C and 42.
_SIGNED = re.compile(r"(?<![^\W_])[^\W_]++[+#]++[^\W_]*+|#++[^\W_]++|\++\d[^\W_]*+")
_ACCENTS = re.compile("[\u0300-\u036f]")
_LONGEST = 100  # letters of a word that are compared
_MOST_MARKED = 500  # words of one message

MARKED = "messaging/search/_marked.html"
_TAG_OR_ENTITY = re.compile(r"(<[^>]*>|&#?\w+;)")
_WORD = re.compile("[^\\W_](?:[^\\W_]|[\u0300-\u036f])*")


class Term(NamedTuple):
    """Words that follow one another. `is_whole`: the last is not only a word's beginning.

    `signed` are the words of it that are typed with + or #, with these.
    """

    words: tuple
    is_whole: bool
    signed: tuple = ()


def terms_of(text):
    """Return the Terms of what somebody asks for: each word, and what stands in quotation marks."""
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
    """Return those of `messages`, a queryset, whose text holds every one of `terms`."""
    found = messages.filter(_holds(terms, connections[messages.db].vendor))
    for signed in {signed for term in terms for signed in term.signed}:
        found = found.filter(body__icontains=signed)
    return found


def _holds(terms, vendor):
    """Return the condition on messages to hold every one of `terms`, for a database's `vendor`."""
    if vendor == "sqlite":
        match = " AND ".join(_for_sqlite(term) for term in terms)
        sql = "SELECT rowid FROM messaging_words WHERE messaging_words MATCH %s"
        return Q(pk__in=RawSQL(sql, [match]))
    query = " & ".join(_for_postgresql(term) for term in terms)
    sql = "messaging_message.words @@ to_tsquery('simple', %s)"
    return RawSQL(sql, [query], output_field=BooleanField())


def _for_sqlite(term):
    """FTS5, 3.2 and 3.3: a phrase, and a star where its last word is a beginning."""
    return f'"{" ".join(term.words)}"' + ("" if term.is_whole else "*")


def _for_postgresql(term):
    """PostgreSQL, 12.3.2: the same for `to_tsquery`, without accents, as they are in the index."""
    words = " <-> ".join(f"'{_without_accents(word)}'" for word in term.words)
    return words + ("" if term.is_whole else ":*")


def _without_accents(text):
    bare = _ACCENTS.sub("", unicodedata.normalize("NFD", text))
    return unicodedata.normalize("NFC", bare)


def mark(html, terms):
    """Return a message's sanitised `html` with each word that was asked for drawn as marked."""
    left = _MOST_MARKED
    asked = [(_compared(word), whole) for term in terms for word, whole in _with_wholeness(term)]

    @cache  # a long message says the same words again and again
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
