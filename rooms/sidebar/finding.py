"""Find rooms and people by a part of their name, for the switcher."""

from typing import NamedTuple

from core.text import has_words, search_key
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
    own = [each for each in Membership.objects.for_sidebar(user) if has_words(each.title, words)]
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
    others = User.objects.filter(is_active=True).exclude(pk=user.pk)
    named = others.named(words).by_name()[: 5 * MAX_FOUND]
    return sorted(named, key=lambda person: rank(person.name, words))[:MAX_FOUND]


def matching(names, words):
    """Return the ids of those (id, name) whose name has all `words`, best first."""
    found = [(rank(name, words), pk) for pk, name in names if has_words(name, words)]
    return [pk for _rank, pk in sorted(found)]


def rank(name, words):
    """Return the key to sort found names by: those that begin with `words` come first."""
    key = search_key(name)
    return not key.startswith(search_key(words)), key, name
