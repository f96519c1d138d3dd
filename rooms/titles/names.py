"""Titles of direct rooms: the names of the other people, different for each of them."""

import unicodedata

from django.apps import apps
from django.db.models import Case, OuterRef, Q, StringAgg, Subquery, Value, When
from django.db.models.functions import Coalesce, Concat, NullIf
from django.utils.translation import gettext

from users.names.shown import BESIDE, BESIDE_END, BOT

SEPARATOR = "\n"  # between names that a query has joined; no name contains it
MOST_NAMES = 3
_ISOLATE, _END = "\u2068", "\u2069"  # UAX 9, 2.4.2
_RIGHT_TO_LEFT = {"R", "AL"}


_SHOWN_NAME = Case(
    When(
        ~Q(user__display_name=""),
        user__shows_username=True,
        then=Concat("user__display_name", Value(BESIDE), "user__username", Value(BESIDE_END)),
    ),
    default=Coalesce(NullIf("user__display_name", Value("")), "user__username"),
)
# The SQL expression for `User.name` of a membership's user.
NAME = Case(
    When(user__is_bot=True, then=Concat(_SHOWN_NAME, Value(BOT))),
    default=_SHOWN_NAME,
)


def all_names(room="room", user=None, **wanted):
    """Return the SQL expression for the others' names, joined; only of those who are `wanted`.

    `room` is the field with the room, and `user` whose name is left out: by default the row's.
    """
    Membership = apps.get_model("rooms", "Membership")
    there = Membership.objects.filter(room=OuterRef(room), **wanted)
    others = there.exclude(user=user or OuterRef("user")).order_by().values("room")
    return Subquery(others.annotate(names=StringAgg(NAME, Value(SEPARATOR))).values("names"))


class Titled:
    """The title of a Membership's room. It reads `room` and the annotations of `with_title`."""

    @property
    def title(self):
        """The room's name or, in a direct room, the names of the other people."""
        if self.room.is_notes:
            return gettext("Notes")
        return short(getattr(self, "other_names", None)) or self.room.name

    @property
    def deactivated(self):
        """The names of the deactivated people of a direct room. It needs `with_deactivated`."""
        return names_in(getattr(self, "deactivated_names", None))


def for_outsiders(rooms, database="default"):
    """Return {room id: title} for readers who need not be in the `rooms`, in at most one query.

    A direct room has the names of all its people as they are now.
    """
    people = {room.pk: [] for room in rooms if room.is_direct}
    if people:
        Membership = apps.get_model("rooms", "Membership")
        found = Membership.objects.using(database).filter(room__in=people).select_related("user")
        for membership in found.order_by("pk"):
            people[membership.room_id].append(membership.user.name)
    titles = {pk: ", ".join(sorted(names, key=str.casefold)) for pk, names in people.items()}
    return {room.pk: titles.get(room.pk) or room.name for room in rooms}


def short(joined):
    """Return the names of `joined` in order; from the fourth on only their number: "Ana, Bo +2"."""
    names = names_in(joined)
    hidden = len(names) - MOST_NAMES
    line = ", ".join(names[:MOST_NAMES])
    return f"{line} +{hidden}" if hidden > 0 else line


def names_in(joined):
    """Return the names that `joined` (or None) holds, in order."""
    names = sorted(joined.split(SEPARATOR) if joined else [], key=str.casefold)
    is_alone = len(names) == 1
    return names if is_alone else [_isolated(name) for name in names]


def _isolated(name):
    """Return `name`, isolated if it has right-to-left letters, so that the names keep their order.

    https://www.unicode.org/reports/tr9/#Explicit_Directional_Isolates
    """
    has_any = any(unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT for letter in name)
    return f"{_ISOLATE}{name}{_END}" if has_any else name
