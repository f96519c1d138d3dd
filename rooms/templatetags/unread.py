from django import template

from ..unread.marks import MANY, calls_in

register = template.Library()


@register.filter
def capped(number):
    """Return a number of messages as it is shown: "99+" for a hundred and more."""
    return str(number) if number < MANY else f"{MANY - 1}+"


@register.filter
def calls(memberships):
    """Return the number of calls in all these rooms, 0 on a page without a list of rooms."""
    return calls_in(memberships or ())
