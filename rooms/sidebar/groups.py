"""Group the list of rooms: favourites, own sections, rooms, direct messages."""

from typing import NamedTuple

from core.text import fold, search_key

from ..models import Membership

# The order of the groups in the list.
FAVOURITES, SECTION, ROOMS, DIRECT = "favourites", "section", "rooms", "direct"
ORDER = (FAVOURITES, SECTION, ROOMS, DIRECT)


class Group(NamedTuple):
    """A heading in the list of rooms and what is below it. Only a section has a `name`."""

    kind: str
    name: str
    memberships: list[Membership]


def groups_of(memberships):
    """Return the Groups of the list of rooms that are not empty, in order.

    `memberships` are from `for_sidebar`. Sections and rooms are sorted by the name that the person
    reads, whatever its case and accents. Sections whose names differ only in case are one.
    """
    groups = {}
    for membership in sorted(memberships, key=lambda each: _sorted_by(each.title)):
        kind = kind_of(membership)
        name = membership.section if kind == SECTION else ""
        group = groups.setdefault((kind, fold(name)), Group(kind, name, []))
        group.memberships.append(membership)
    return sorted(groups.values(), key=lambda group: (ORDER.index(group.kind), _of(group)))


def kind_of(membership):
    if membership.is_favourite:
        return FAVOURITES
    if membership.section:
        return SECTION
    return DIRECT if membership.room.is_direct else ROOMS


def other_sections(membership):
    """Return the names of the sections in which the same person has other rooms."""
    others = Membership.objects.filter(user=membership.user_id).exclude(pk=membership.pk)
    return others.exclude(section="").order_by("-pk").values_list("section", flat=True)


def _sorted_by(name):
    return search_key(name), name


def _of(group):
    return _sorted_by(group.name)
