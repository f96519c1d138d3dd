"""Times: `<time datetime="{{ at|instant }}" data-show="moment">{{ at|shown:"moment" }}</time>`."""

from datetime import UTC

from django import template

from ..clock import wording

register = template.Library()


@register.filter
def instant(moment):
    """Return the time for a `datetime` attribute, to the minute."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%MZ}"


@register.filter
def shown(moment, kind):
    """Return the time in words, in the reader's time zone; `kind` is time, day or moment."""
    return wording.shown(moment, kind)


@register.simple_tag
def clock_names():
    """Return the names that clock.js shows times with."""
    return "|".join(wording.names_in_use())
