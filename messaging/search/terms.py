"""Read what somebody searches for: words, phrases in quotation marks, and operators."""

import re
import string
from typing import NamedTuple

OPERATORS = ("from", "in", "before", "after", "has")

_QUOTES = '"“”„«»'
_PART = re.compile(
    rf"""
    (?<!\S)(?P<operator>{"|".join(OPERATORS)}):
        (?:[{_QUOTES}](?P<quoted_value>[^{_QUOTES}]*)[{_QUOTES}]?|(?P<value>[^\s{_QUOTES}]*))
  | ["“”](?P<quoted>[^"“”]*)["“”]?
  | (?P<plain>[^\s"“”]+)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SIGNS = str.maketrans(dict.fromkeys(string.punctuation, " "))
# The index ignores signs, but C++, C# and #42 are not the same words as C and 42.
_SIGNED = re.compile(r"(?<![^\W_])[^\W_]++[+#]++[^\W_]*+|#++[^\W_]++|\++\d[^\W_]*+")
_LONGEST = 100  # compared characters of a word


class Term(NamedTuple):
    """Consecutive words. If `is_whole` is False, the last one is only the beginning of a word.

    `signed` are those of the words that have + or #, including these signs. `typed` is the whole
    as it was typed, and `is_quoted` whether in quotation marks.
    """

    words: tuple
    is_whole: bool
    signed: tuple = ()
    typed: str = ""
    is_quoted: bool = False


class Operator(NamedTuple):
    """An operator and its value, such as from:ana."""

    name: str
    value: str


def read(text):
    """Return the Terms and the Operators of a query."""
    terms, operators = [], []
    for found in _PART.finditer(text):
        if name := found["operator"]:
            value = found["quoted_value"] if found["value"] is None else found["value"]
            operators.append(Operator(name.lower(), value.strip()))
        elif term := _term(found["quoted"] or found["plain"] or "", bool(found["quoted"])):
            terms.append(term)
    return terms, operators


def terms_of(text):
    """Return the Terms of a query: each word, and each phrase in quotation marks."""
    return read(text)[0]


def _term(part, is_quoted):
    words = part.translate(_SIGNS).split()
    words = tuple(word[:_LONGEST] for word in words if any(map(str.isalnum, word)))
    if not words:
        return None
    is_whole = is_quoted or part.endswith(("+", "#"))
    return Term(words, is_whole, tuple(_SIGNED.findall(part)), part.strip(), is_quoted)
