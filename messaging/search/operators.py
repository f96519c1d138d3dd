"""Resolve the operators of a search, such as from:ana, to what the database is asked for."""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from core.text import fold
from rooms.models import Room
from users.languages import time_zone_of
from users.models import User

from .files import KINDS_OF
from .pieces import FROM, LINK

FIRST_DAY, LAST_DAY = date(1970, 1, 2), date(9998, 12, 31)
ME = "me"
# What a message can have: the value of the operator, its tag, and how the form calls it.
TAGS_OF = {"link": LINK}
HAS_CHOICES = [
    ("", _("Anything")),
    ("link", _("Links")),
    ("file", _("Files")),
    ("picture", _("Pictures")),
    ("video", _("Video")),
    ("audio", _("Audio")),
]

_NOBODY = _("Nobody here has the name “%(value)s”.")
_NO_ROOM = _("You have no room with the name “%(value)s”.")
_NO_DAY = _("After “%(operator)s:” write a day like 2026-11-20.")
_NO_SUCH_THING = _("After “has:” write link, file, picture, video or audio.")
_EMPTY = _("Write something directly after “%(operator)s:”, as in from:ana.")


class Limits(NamedTuple):
    """What limits a search besides its words. Of several people or rooms, one is enough."""

    people: tuple = ()  # ids
    rooms: tuple = ()  # ids
    since: datetime | None = None
    until: datetime | None = None
    has: tuple = ()

    @property
    def tags(self):
        """The tags that messages must have: one of each list."""
        by_people = [[f"{FROM}{pk}" for pk in self.people]] if self.people else []
        return [*by_people, *([TAGS_OF[name]] for name in self.has if name in TAGS_OF)]

    @property
    def files(self):
        """What files the messages must have: see `files.KINDS_OF`."""
        return [name for name in self.has if name in KINDS_OF]


NO_LIMITS = Limits()


def limits_of(operators, viewer):
    """Return the Limits of `operators`, (name, value) each, for the user `viewer`.

    Raise ValidationError with all their faults. A room that `viewer` cannot see does not exist.
    """
    people, rooms, since, until, has, faults = [], [], [], [], [], []
    for name, value in operators:
        try:
            if not value:
                raise _fault(_EMPTY, name, value)
            match name:
                case "from":
                    people += _people(value, viewer)
                case "in":
                    rooms += _rooms(value, viewer)
                case "after":
                    since.append(_start(_day(name, value, viewer) + timedelta(days=1), viewer))
                case "before":
                    until.append(_start(_day(name, value, viewer), viewer))
                case "has":
                    has.append(_thing(value))
        except ValidationError as fault:
            faults.append(fault)
    if faults:
        raise ValidationError(faults)
    ends = {"since": max(since, default=None), "until": min(until, default=None)}
    return Limits(tuple(people), tuple(rooms), has=tuple(has), **ends)


def _fault(sentence, operator, value):
    params = {"operator": operator, "value": value}
    return ValidationError(sentence, code="operator", params=params)


def _people(value, viewer):
    """Return the ids of the users with this username or display name, or of the viewer for "me"."""
    people = list(User.objects.named_like(value.removeprefix("@")).values_list("pk", flat=True))
    if not people and fold(value) == ME:
        return [viewer.pk]
    if not people:
        raise _fault(_NOBODY, "from", value)
    return people


def _rooms(value, viewer):
    """Return the ids of the rooms with this address or name; "@ana" is a talk with Ana."""
    visible = Room.objects.visible_to(viewer)
    name = value.removeprefix("#")
    found = visible.exclude(kind=Room.Kind.DIRECT).filter(slug=name)
    found |= visible.exclude(kind=Room.Kind.DIRECT).filter(name_key=fold(name))
    rooms = list(found.values_list("pk", flat=True))
    if not rooms:
        people = User.objects.named_like(value.removeprefix("@")).exclude(pk=viewer.pk)
        talks = visible.filter(kind=Room.Kind.DIRECT, memberships__user__in=people)
        rooms = list(talks.distinct().values_list("pk", flat=True))
    if not rooms:
        raise _fault(_NO_ROOM, "in", value)
    return rooms


def _day(operator, value, viewer):
    """Return the day of `value`; today is that of `viewer`."""
    today = timezone.localdate(timezone=time_zone_of(viewer))
    named = {"today": today, "yesterday": today - timedelta(days=1)}
    try:
        day = named.get(value.lower()) or parse_date(value)
    except ValueError:  # such as 2026-02-30
        day = None
    if day is None or not FIRST_DAY <= day <= LAST_DAY:
        raise _fault(_NO_DAY, operator, value)
    return day


def _start(day, viewer):
    """Return the moment when `day` begins for `viewer`."""
    return timezone.make_aware(datetime.combine(day, time.min), time_zone_of(viewer))


def _thing(value):
    if value.lower() not in {*TAGS_OF, *KINDS_OF}:
        raise _fault(_NO_SUCH_THING, "has", value)
    return value.lower()
