"""Find rooms whose names are near a new one, so that nobody makes a second room by mistake."""

import re

from core.text import fold, look_of, search_key

from ..models import Room
from .queries import listed_rooms

MAX_NEAR = 5
MIN_PART = 3  # letters that one name must have to count as a part of another

EXACT, ALIKE, BEGINNING, PART, TYPO = range(5)


def near_rooms(user, name):
    """Return the active rooms that `user` can see and whose names are near `name`, nearest first.

    Only visible rooms are compared, so nobody learns of a hidden room.
    """
    rooms = Room.objects.visible_to(user).active().exclude(kind=Room.Kind.DIRECT)
    names = rooms.values_list("pk", "name")
    found = [(how, other, pk) for pk, other in names if (how := nearness(name, other)) is not None]
    ids = [pk for _how, _other, pk in sorted(found)[:MAX_NEAR]]
    near = listed_rooms(user, is_archived=False).in_bulk(ids)
    return [near[pk] for pk in ids if pk in near]


def has_name(room, name):
    """Return True if this is the name of `room`, which no other room can get."""
    return fold(room.name) == fold(name)


def nearness(name, other):
    """Return how two names are near, a number that is smaller for nearer ones, or None."""
    key, other_key = search_key(name), search_key(other)
    if key == other_key:
        return EXACT
    if look_of(name) == look_of(other):
        return ALIKE
    if _differ_in_numbers(key, other_key):
        return None
    short, long = sorted((key, other_key), key=len)
    if len(short) >= 2 and long.startswith(short):
        return BEGINNING
    if len(short) >= MIN_PART and short in long:
        return PART
    return TYPO if _is_typo(key, other_key) else None


def _differ_in_numbers(key, other):
    """Return True for members of a series, such as "sprint 1" and "sprint 12"."""
    stems = [re.sub(r"\d+", "0", each) for each in (key, other)]
    return stems[0] == stems[1] and "0" in stems[0]


def _is_typo(key, other):
    allowed = min(2, min(len(key), len(other)) // 4)
    return allowed > 0 and distance(key, other, allowed) <= allowed


def distance(one, other, most):
    """Return how many letters were added, left out, changed or swapped, or `most` + 1 if more.

    The optimal string alignment distance.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before, last = [], list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        this = [row]
        for column, other_letter in enumerate(other, 1):
            is_same = letter == other_letter
            steps = min(last[column] + 1, this[-1] + 1, last[column - 1] + (not is_same))
            if (
                row > 1
                and column > 1
                and (letter, one[row - 2]) == (other[column - 2], other_letter)
            ):
                steps = min(steps, before[column - 2] + 1)
            this.append(steps)
        if min(this) > most:
            return most + 1
        before, last = last, this
    return last[-1]
