"""Draws messages, each once: the same fragment serves the page, the push and the catch-up.

Drawing one costs as much as a query, and a page holds fifty. What a fragment looks like follows
from a few facts (the message's revision, its author's name, the language, the time zone, what the
reader may do with it), so the ones that were drawn last are remembered by these.
"""

from collections import OrderedDict

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import get_language

REMEMBERED = 4_000

_drawn = OrderedDict()


def draw_message(message, viewer=None, membership=None):
    """Return `messaging/_message.html` for `message`, as safe HTML.

    Without a `viewer` it is the fragment that is pushed, the same for every reader; with one (and
    their Membership of the room, or None) it holds the controls that are theirs.
    """
    is_author = viewer is None or viewer.pk == message.author_id
    is_moderator = viewer is None or bool(membership and membership.can_moderate)
    facts = (
        message.pk,
        message.revision,
        message.author.name,
        get_language(),
        get_current_timezone_name(),
        is_author,
        is_moderator,
    )
    html = _drawn.get(facts)
    if html is None or settings.DEBUG:  # with DEBUG, a designer may be changing the template
        context = {"message": message, "viewer": viewer, "membership": membership}
        html = _drawn[facts] = render_to_string("messaging/_message.html", context)
        if len(_drawn) > REMEMBERED:
            _drawn.popitem(last=False)
    return html


def forget():
    """Draw everything anew from now on."""
    _drawn.clear()
