"""Find messages with the indexes of the database: of words and phrases, and of parts of words.

On SQLite these are two FTS5 tables (https://sqlite.org/fts5.html), on PostgreSQL GIN indexes of
two text vectors (https://www.postgresql.org/docs/current/textsearch.html). They are created in
`schema.py`, follow every change of a message in its own transaction, and ignore case and accents.
"""

from typing import NamedTuple

from django.db import connections
from django.db.models import BooleanField, F, Max, Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from . import recent
from .marking import mark as mark
from .pieces import fold, runs_of, wanted, without_accents
from .terms import terms_of as terms_of

RECENT = 5_000  # messages that PostgreSQL reads one by one before it asks the index


def holding(messages, terms, tags=()):
    """Filter the queryset `messages` to those that contain all `terms`.

    `tags` are lists of tags (see pieces.py); the messages have one of each.
    """
    return messages.filter(_condition(connections[messages.db].vendor, terms, tags))


def _condition(vendor, terms, tags):
    build = {"sqlite": _for_sqlite, "postgresql": _for_postgresql}[vendor]
    condition = build(_plan(terms), tags) if terms or tags else Q()
    return condition & _signed(terms)


def _signed(terms):
    """Return the condition for words with + and #, which no index has."""
    condition = Q()
    for signed in {signed for term in terms for signed in term.signed}:
        condition &= Q(body__icontains=signed)
    return condition


def newest_holding(messages, terms, tags, count, before=None):
    """Return a list of the newest `count` of the `messages` that `holding` finds, newest first.

    `before` is the id before which they are, or None. PostgreSQL cannot know how common a part of
    a word is, and would read a million messages one by one for a rare one. SQLite would list all
    that have a common one. So both read the newest, which have enough of what is common, and then
    ask the index.
    """
    if before is not None:
        messages = messages.filter(pk__lt=before)
    vendor = connections[messages.db].vendor
    condition = _condition(vendor, terms, tags)
    end = before or (messages.model.objects.aggregate(last=Max("pk"))["last"] or 0) + 1
    if vendor == "sqlite":
        found = []
        for ids in _recent_for_sqlite(messages.model, terms, tags, count, end):
            with_terms = messages.filter(_signed(terms), pk__in=ids).order_by("-pk")
            found += with_terms[: count - len(found)]
            if len(found) == count:
                return found
        return list(messages.filter(condition).order_by("-pk")[:count])
    # Coalesce hides the condition from the index, in which common words have long lists.
    read = Coalesce(condition, False, output_field=BooleanField())
    newest = messages.filter(read, pk__gte=end - RECENT)
    found = list(newest.order_by("-pk")[:count])
    # Sorting by an expression keeps PostgreSQL from reading all messages in the order of ids.
    if len(found) < count:
        found = list(messages.filter(condition).order_by(-F("pk"))[:count])
    return found


class _Ways(NamedTuple):
    """How to look for a term: as a phrase of words, by its pieces, or either.

    If `is_typed`, what the pieces find must have the term as it was typed, signs included.
    """

    is_phrase: bool
    pieces: list
    is_typed: bool = False


def _ways(term):
    """Return the _Ways to look for `term`."""
    runs = runs_of(without_accents(" ".join(term.words)))
    is_unspaced = any(unspaced for _run, unspaced in runs)
    if not runs or (term.is_whole and not is_unspaced):
        return _Ways(True, [])
    if len(runs) == 1:
        [(run, _unspaced)] = runs
        pieces = wanted(run, is_unspaced, is_last=True)
        # One or two letters: the beginning of a word, or all that is between 確認 and です.
        return _Ways(False, pieces) if pieces else _Ways(True, [(run, False)])
    last = len(runs) - 1
    pieces = [
        piece
        for number, (run, unspaced) in enumerate(runs)
        for piece in wanted(run, unspaced, is_last=number == last)
    ]
    return _Ways(True, pieces, is_typed=True)


class _Plan(NamedTuple):
    """The terms of a search by how they are looked for; all must be found.

    `pieces` are those of each term that is found by them alone. `either` are (term, its pieces,
    `is_typed`), for a phrase or its pieces.
    """

    pieces: list
    phrases: list
    either: list


def _plan(terms):
    plan = _Plan([], [], [])
    for term in terms:
        is_phrase, pieces, is_typed = _ways(term)
        if not is_phrase:
            plan.pieces.append(pieces)
        elif not pieces:
            plan.phrases.append(term)
        else:
            plan.either.append((term, pieces, is_typed))
    return plan


def _for_sqlite(plan, tags):
    """Return the condition for SQLite: the ids that all the indexes have."""
    match = [" OR ".join(f'"{tag}"' for tag in some) for some in tags]
    match += map(_pieces, plan.pieces)
    selects = []
    for term, pieces, is_typed in plan.either:
        either = f"{_WORDS} UNION {_PIECES_AS_TYPED if is_typed else _PIECES}"
        pattern = [_pattern(term)] if is_typed else []
        selects.append((either, [_phrase(term), _pieces(pieces), *pattern]))
    if match:
        selects.append((_PIECES, [" AND ".join(f"({each})" for each in match)]))
    if plan.phrases:
        selects.append((_WORDS, [_phrases(plan.phrases)]))
    sql = " INTERSECT ".join(f"SELECT * FROM ({select})" for select, _values in selects)
    return Q(pk__in=RawSQL(sql, [value for _select, values in selects for value in values]))


def _recent_for_sqlite(model, terms, tags, count, end):
    """Return lists of the ids of the newest messages with `terms`, of `count` or more each.

    They are before the id `end`. Whoever asks may not see them all. There are none if the terms are
    rare, or such that the indexes alone know.
    """
    plan = _plan(terms)
    pieces = [fold(piece) for pieces in plan.pieces for piece, _is_longer in pieces]
    shorts = [
        recent.Short(_phrase(term), fold(pieces[0][0]))
        for term, pieces, is_typed in plan.either
        if not is_typed
    ]
    if tags or plan.phrases or len(shorts) < len(plan.either) or not _is_folded(plan):
        return ()
    return recent.recent_with(model.objects.filter(pk__lt=end), pieces, shorts, count)


def _is_folded(plan):
    """Return True unless folding case makes a piece longer: the index cuts it differently."""
    pieces = [piece for pieces in plan.pieces for piece, _is_longer in pieces]
    return all(len(fold(piece)) == len(piece) for piece in pieces)


def _phrases(terms):
    return " AND ".join(map(_phrase, terms))


_WORDS = "SELECT rowid FROM messaging_words WHERE messaging_words MATCH %s"
_PIECES = "SELECT rowid FROM messaging_pieces WHERE messaging_pieces MATCH %s"
_PIECES_AS_TYPED = rf"""SELECT id FROM messaging_message WHERE id IN ({_PIECES})
AND body LIKE %s ESCAPE '\'"""


def _pieces(pieces):
    """Return the FTS5 query for all `pieces`."""
    return " AND ".join(f'"{fold(piece)}"' + "*" * longer for piece, longer in pieces)


def _phrase(term):
    """Return an FTS5 phrase, with a star if its last word is a prefix (FTS5, 3.2 and 3.3)."""
    return f'"{" ".join(term.words)}"' + ("" if term.is_whole else "*")


def _for_postgresql(plan, tags):
    """Return the condition for PostgreSQL."""
    match = [" | ".join(f"'{tag}'" for tag in some) for some in tags]
    match += map(_vector, plan.pieces)
    condition = Q()
    for term, pieces, is_typed in plan.either:
        as_typed = " AND messaging_message.body ILIKE %s" * is_typed
        pattern = [_pattern(term)] if is_typed else []
        either = f"({_HAS_WORDS} OR ({_HAS_PIECES}{as_typed}))"
        condition &= _raw(either, _query(term), _vector(pieces), *pattern)
    if match:
        condition &= _raw(_HAS_PIECES, " & ".join(f"({each})" for each in match))
    if plan.phrases:
        condition &= _raw(_HAS_WORDS, " & ".join(map(_query, plan.phrases)))
    return condition


_HAS_WORDS = "messaging_message.words @@ to_tsquery('simple', %s)"
_HAS_PIECES = "messaging_message.pieces @@ lower(%s)::tsquery"


def _vector(pieces):
    """Return the query of a text vector for all `pieces`."""
    return " & ".join(f"'{piece}'" + ":*" * longer for piece, longer in pieces)


def _raw(sql, *values):
    return Q(RawSQL(sql, values, output_field=BooleanField()))


def _query(term):
    """Return the phrase for `to_tsquery`, without accents, as in the index (PostgreSQL, 12.3.2)."""
    words = " <-> ".join(f"'{without_accents(word)}'" for word in term.words)
    return words + ("" if term.is_whole else ":*")


def _pattern(term):
    """Return the LIKE pattern that matches `term` as it was typed."""
    escaped = "".join(f"\\{letter}" if letter in "\\%_" else letter for letter in term.typed)
    return f"%{escaped}%"
