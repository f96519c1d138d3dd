"""Emoji as people see and hear them, by their keys (`core.emoji.table`)."""

from django import template
from django.utils.translation import get_language

from core.emoji.table import all_emoji

register = template.Library()


@register.filter
def emoji(key):
    """Return the emoji as it is drawn. One that is not known (any more) is returned as it is."""
    known = all_emoji().get(key)
    return known.shown if known else key


@register.filter
def emoji_name(key):
    """Return what the emoji is called in the current language."""
    known = all_emoji().get(key)
    return known.name(get_language() or "en") if known else key
