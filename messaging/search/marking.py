"""Highlight in a message what was searched for.

Of a script with spaces the whole word is highlighted, of others only what was searched for.
"""

import re
from functools import cache
from itertools import pairwise

from django.template.loader import render_to_string

from ..markdown.links import UNSPACED
from .pieces import SEPARATORS, SHORTEST, fold, runs_of, without_accents

MARKED = "messaging/search/_marked.html"
_MOST_MARKED = 500  # highlighted words of one message
_TAG_OR_ENTITY = re.compile(r"(<[^>]*>|&#?\w+;)")
_WORD = re.compile(f"[^\x00{SEPARATORS}]+")
_RUN = re.compile(f"[{UNSPACED}]+|[^{UNSPACED}]+")
_UNSPACED = re.compile(f"[{UNSPACED}]")


def mark(html, terms):
    """Return a message's sanitised `html` with the words of `terms` highlighted."""
    runs, tests = _asked(terms)
    left = _MOST_MARKED

    @cache  # long messages repeat words
    def parts_of(word):
        return [part for run in _RUN.findall(word) for part in _parts(run, runs, tests)]

    @cache
    def highlighted(text):
        return render_to_string(MARKED, {"word": text}).strip()

    def drawn(match):
        nonlocal left
        shown = []
        for text, is_hit in parts_of(match[0]):
            shown.append(highlighted(text) if is_hit and left else text)
            left -= bool(is_hit and left)
        return "".join(shown)

    texts = _TAG_OR_ENTITY.split(html)
    texts[::2] = [_WORD.sub(drawn, text) for text in texts[::2]]
    return "".join(texts)


def _asked(terms):
    """Return what `terms` ask for: runs without spaces, and [(test of a word, word)]."""
    unspaced, tests = set(), []
    for term in terms:
        runs = runs_of(without_accents(" ".join(term.words)))
        for number, (run, is_unspaced) in enumerate(runs, 1):
            if is_unspaced:
                unspaced.add(fold(run))
            else:
                tests.append((_test(term, number, len(runs), run), fold(run)))
    return unspaced, tests


def _test(term, number, count, run):
    """Return how a word of a text must fit to run `number` of the `count` runs of `term`."""
    if term.is_quoted or (term.is_whole and number == count):
        return str.__eq__
    if len(run) < SHORTEST:
        return str.startswith if number == count else str.__eq__
    if count == 1:
        return str.__contains__
    return str.startswith if number == count else str.endswith


def _parts(run, unspaced, tests):
    """Return [(text, True if it is to be highlighted)] for a run of letters."""
    if not _UNSPACED.match(run):
        word = fold(run)
        return [(run, any(fits(word, wanted) for fits, wanted in tests))]
    folded, places = _folded(run)
    hits = [False] * len(run)
    for wanted in unspaced:
        at = folded.find(wanted)
        while at >= 0:
            first, last = places[at], places[at + len(wanted) - 1]
            hits[first : last + 1] = [True] * (last + 1 - first)
            at = folded.find(wanted, at + len(wanted))
    cuts = [0, *(n for n in range(1, len(run)) if hits[n] != hits[n - 1]), len(run)]
    return [(run[a:b], hits[a]) for a, b in pairwise(cuts)]


def _folded(run):
    """Return (`run` folded letter by letter, the index in `run` of each letter)."""
    letters = [fold(letter) for letter in run]
    places = [n for n, letter in enumerate(letters) for _ in letter]
    return "".join(letters), places
