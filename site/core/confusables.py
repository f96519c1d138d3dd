"""Detect names that look alike, by skeletons and scripts (Unicode Technical Standard 39).

The data are confusables.txt and Scripts.txt of Unicode 15.1, from confusable_homoglyphs.
"""

import unicodedata
from collections.abc import Mapping
from functools import cache

from confusable_homoglyphs.categories import alias
from confusable_homoglyphs.utils import load

_LEFT_TO_RIGHT_MARK = "\u200e"  # confusables.txt puts it around right-to-left characters
_ANY_SCRIPT = {"COMMON", "INHERITED"}
# The script combinations that "Highly Restrictive" allows (UTS 39, 5.2).
_COMBINATIONS = [
    {"LATIN", "HAN", "HIRAGANA", "KATAKANA"},
    {"LATIN", "HAN", "BOPOMOFO"},
    {"LATIN", "HAN", "HANGUL"},
]
MAX_MARKS = 4  # on one letter (UTS 39, 5.4)


def skeletons_of(name: str) -> set[str]:
    """Return the skeletons (UTS 39, section 4) of `name`, of its case-folded and upper-case forms.

    Two names can be confused if they share a skeleton. All three forms count because people read
    names without regard to case: `ALlCE` must not differ from `alice`.
    """
    forms = {name, name.casefold(), name.upper()}
    return {skeleton_of(form) for form in forms if form}


def skeleton_of(text: str) -> str:
    """Return `text` in NFD with every character replaced by its prototype (UTS 39, section 4)."""
    letters = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFD", letters.translate(_prototypes()))


def mixes_scripts(name: str) -> bool:
    """Return True unless `name` uses one script, or an allowed combination of scripts."""
    scripts = {alias(letter) for letter in name} - _ANY_SCRIPT
    return len(scripts) > 1 and not any(scripts <= usual for usual in _COMBINATIONS)


def mixes_digits(name: str) -> bool:
    """Return True if `name` has decimal digits of more than one number system (UTS 39, 5.3)."""
    digits = (letter for letter in name if letter.isdecimal())
    return len({ord(digit) - unicodedata.decimal(digit) for digit in digits}) > 1


def piles_marks(name: str) -> bool:
    """Return True if a letter repeats a combining mark or has more than MAX_MARKS of them."""
    marks, before = 0, ""
    for letter in unicodedata.normalize("NFD", name):
        marks = marks + 1 if unicodedata.category(letter) == "Mn" else 0
        if marks > MAX_MARKS or (marks and letter == before):
            return True
        before = letter
    return False


@cache  # read at the first name and not at the start: it takes 8 MiB of memory
def _prototypes() -> Mapping[int, str]:
    """Return confusables.txt as {character: its prototype}, for `str.translate`.

    The package stores each line in both directions, so the prototype must be recognised: it has
    several neighbours, and a character that maps to it has only one. In a pair, either will do.
    """
    neighbours = {
        name.strip(_LEFT_TO_RIGHT_MARK): [other["c"].strip(_LEFT_TO_RIGHT_MARK) for other in others]
        for name, others in load("confusables.json").items()
    }
    prototypes = {
        letter: others[0]
        for letter, others in neighbours.items()
        if len(letter) == 1 and len(others) == 1
        if len(others[0]) > 1 or len(neighbours[others[0]]) > 1 or letter > others[0]
    }
    return str.maketrans(
        {
            letter: "".join(prototypes.get(part, part) for part in prototype)
            for letter, prototype in prototypes.items()
        }
    )
