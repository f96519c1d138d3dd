"""What an HTML stream is sent: a further copy of something that its page shows already.

What has been sent cannot be changed, so each copy brings the rules that hide the earlier ones and
put it in its place. A copy is drawn once and language, for all streams of a process; only the nonce
that the content security policy wants is each stream's own.
"""

import itertools
import secrets
from typing import NamedTuple

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

# Stands for a stream's nonce in what all streams share; no text that people write can hold it.
NONCE = secrets.token_hex(16)

_numbers = itertools.count(1)


class Copy(NamedTuple):
    position: int | None  # of a message; None for what stands apart from the log
    html: str


def copy_of(element, html, position=None):
    """Return the Copy of the fragment `html`, whose root has the id `element`."""
    context = {
        "element": element,
        "fragment": mark_safe(html),
        "position": position,
        "number": next(_numbers),
        "csp_nonce": NONCE,
    }
    return Copy(position, render_to_string("messaging/live_changed.html", context))


def copies_of(changes, language):
    """Return the copies of the messages in `changes`, as from `broadcasts.render_changes`."""
    if not changes["html"]:
        return []
    language = language if language in changes["html"] else next(iter(changes["html"]))
    html = changes["html"][language]
    return [
        copy_of(f"message-{pk}", html[start:end], position)
        for pk, position, start, end in changes["cuts"][language]
    ]
