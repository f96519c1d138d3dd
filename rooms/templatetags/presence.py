"""The people in a room as facts: `{% for person in people|here %}{% remembered person %}`."""

from django import template

from ..presence.here import Here

register = template.Library()

MOST_SHOWN = 50


@register.filter
def here(people):
    """Return the first of these people, Users or Here, as a tuple of Here."""
    shown = people[:MOST_SHOWN]
    return tuple(each if isinstance(each, Here) else Here.of(each) for each in shown)
