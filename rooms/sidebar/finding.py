"""Find rooms and people by a part of their name, for the switcher."""

from typing import NamedTuple

from core.text import fold, search_key
from users.models import User

from ..models import Membership, Room

MAX_FOUND = 20  # of a kind


class Found(NamedTuple):
    """What the switcher shows: the person's own memberships, other rooms, and people."""

    memberships: list[Membership]
    rooms: list[Room]
    people: list[User]


def find(user, words):
    """Return what `words` find for `user`; without words, their own rooms only."""
    own = [each for each in Membership.objects.for_sidebar(user) if matches(each.title, words)]
    own.sort(key=lambda membership: rank(membership.title, words))
    if not words:
        return Found(own, [], [])
    return Found(own[:MAX_FOUND], rooms_named(user, words), people_named(user, words))


def rooms_named(user, words):
    """Return the rooms with `words` in their names that `user` can see but is not in."""
    rooms = Room.objects.visible_to(user).active().exclude(members=user)
    ids = matching(rooms.values_list("pk", "name"), words)[:MAX_FOUND]
    found = rooms.in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


def people_named(user, words):
    """Return the other active users with `words` in a name, by name."""
    key = fold(words)
    people = User.objects.filter(is_active=True).exclude(pk=user.pk)
    named = people.filter(username_key__contains=key) | people.filter(display_key__contains=key)
    return sorted(named.order_by("pk")[: 5 * MAX_FOUND], key=lambda each: rank(each.name, words))[
        :MAX_FOUND
    ]


def matching(names, words):
    """Return the ids of those (id, name) whose name has all `words`, best first."""
    found = [(rank(name, words), pk) for pk, name in names if matches(name, words)]
    return [pk for _rank, pk in sorted(found)]


def matches(name, words):
    """Return True if `name` has all `words` in it, whatever their case and accents."""
    key = search_key(name)
    return all(word in key for word in search_key(words).split())


def rank(name, words):
    """Return the key to sort found names by: those that begin with `words` come first."""
    key = search_key(name)
    return not key.startswith(search_key(words)), key, name
