"""Template filters for the list of rooms."""

from datetime import timedelta
from typing import NamedTuple

from django import template
from django.utils import timezone
from django.utils.timesince import timesince

from ..models import Membership
from ..sidebar.groups import DIRECT, groups_of

register = template.Library()


class Row(NamedTuple):
    """What the list of rooms says of a room, besides its mark, whoever reads it."""

    room_id: int
    slug: str
    kind: str
    title: str
    is_muted: bool
    reports: int  # that wait for this member


@register.filter
def row(membership):
    """Return the Row of a room in somebody's list."""
    room = membership.room
    return Row(
        room.pk,
        room.slug,
        room.kind,
        membership.title,
        membership.room_muted,
        0 if membership.role == Membership.Role.MEMBER else room.open_reports,
    )


@register.filter
def equals(one, other):
    """Return True if the two are equal, for a fact of `{% remembered %}`."""
    return one == other


@register.filter
def groups(memberships):
    """Return the Groups of the list of rooms (see `rooms.sidebar.groups`)."""
    return groups_of(memberships)


@register.filter
def has_direct(groups):
    """Return True if one of the Groups is that of direct messages."""
    return any(group.kind == DIRECT for group in groups)


@register.filter
def how_long_ago(moment):
    """Return how long ago a moment was in its largest unit, such as "3 hours", or "" for now."""
    is_now = timezone.now() - moment < timedelta(minutes=1)
    return "" if is_now else timesince(moment, depth=1)
