"""Template filters for the list of rooms."""

from datetime import timedelta

from django import template
from django.utils import timezone
from django.utils.timesince import timesince

from ..sidebar.groups import DIRECT, groups_of

register = template.Library()


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
