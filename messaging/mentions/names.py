"""Find the names with which a phrase of a message can begin.

The names are compared in their folded form (core.text.fold). Their number is bounded, whatever the
length of the message.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from core.text import fold
from rooms.models import Room
from users.models import User

from ..markdown.links import UNSPACED

MOST_WORDS = 50  # first words in one message; further ones stay plain text
MOST_PHRASES = 500  # names of several words that are looked up for one message
_MOST_ENDS = 12  # in one word, and in one phrase
_LONGEST_USERNAME = User._meta.get_field("username").max_length
_LONGEST = max(
    User._meta.get_field("display_name").max_length, Room._meta.get_field("name").max_length
)

_WORD = re.compile(r"\w(?:[\w.\-\u0300-\u036f]*[\w\u0300-\u036f])?")
# Where a name can end within a word: @bruno.Thanks, @bruno--thanks, but not @bruno-san; between a
# script with spaces and one without, and after two letters of a script without spaces.
_END_IN_WORD = (
    r"[.-]{2,}|\."
    rf"|(?<=[{UNSPACED}])(?=[^\W{UNSPACED}])|(?<=[^\W{UNSPACED}])(?=[{UNSPACED}])"
    rf"|(?<=[{UNSPACED}][{UNSPACED}])(?=[{UNSPACED}])"
)
_END_OF_USERNAME = re.compile(rf"{_END_IN_WORD}|_+\Z")
# A display name can also end before or after a space or another sign: @Ana Ruiz! @Ana (Paris)?
_END_OF_NAME = re.compile(
    rf"{_END_IN_WORD}|(?:_+|-)(?!\w)|(?<=\S)(?=\s|\Z)|(?<=\S)(?=[^\w\s.\-\u0300-\u036f])"
    r"|(?<=[^\w\s.\-\u0300-\u036f])(?=\w)"
)


class Name(NamedTuple):
    """The beginning of a phrase: as typed, and folded."""

    typed: str
    key: str


def first_word(phrase: str) -> str:
    """Return the word with which `phrase` begins, or "" if it begins with another sign."""
    found = _WORD.match(phrase)
    return found[0] if found else ""


def usernames_in(word: str) -> list[str]:
    """Return the possible usernames at the beginning of `word`, longest first."""
    ends = [match.start() for match in _END_OF_USERNAME.finditer(word)][:_MOST_ENDS]
    return [word[:end] for end in [len(word), *reversed(ends)] if 0 < end <= _LONGEST_USERNAME]


def names_in(phrase: str) -> list[str]:
    """Return the possible names of several words at the beginning of `phrase`, longest first."""
    ends = sorted({match.start() for match in _END_OF_NAME.finditer(phrase)} - {0})[:_MOST_ENDS]
    return [phrase[:end] for end in reversed(ends) if end <= _LONGEST]


def names_of(phrases: Iterable[str]) -> dict[str, list[Name]]:
    """Return {phrase: its possible Names, longest first}, without the phrases over the limits."""
    words: dict[str, list[Name]] = {}
    longer: dict[str, str] = {}
    names = {}
    for phrase in phrases:
        word = first_word(phrase)
        if word not in words:
            if len(words) >= MOST_WORDS:
                continue
            words[word] = [Name(name, fold(name)) for name in usernames_in(word)]
        found = {name.typed: name for name in words[word]}
        for typed in names_in(phrase):
            if typed not in longer and len(longer) < MOST_PHRASES:
                longer[typed] = fold(typed)
            if typed in longer:
                found.setdefault(typed, Name(typed, longer[typed]))
        names[phrase] = sorted(found.values(), key=_length, reverse=True)
    return names


def _length(name: Name) -> int:
    return len(name.typed)


def keys_of(names: dict[str, list[Name]]) -> set[str]:
    """Return all keys of `names`."""
    return {name.key for found in names.values() for name in found}


def rooms_named(phrases: Iterable[str]) -> Iterator[tuple[str, str, Room]]:
    """Yield (phrase, the part of it that names a room, the Room) for those that begin with one.

    Only open rooms are found, by name or by slug: the text of a message is the same for all its
    readers, so a link must not tell anybody that a private room exists.
    """
    names = names_of(phrases)
    keys = keys_of(names)
    rooms = Room.objects.filter(kind=Room.Kind.OPEN)
    by_key = {room.slug: room for room in rooms.filter(slug__in=keys)}
    by_key |= {room.name_key: room for room in rooms.filter(name_key__in=keys)}
    for phrase, found in names.items():
        for name in found:
            if name.key in by_key:
                yield phrase, name.typed, by_key[name.key]
                break
