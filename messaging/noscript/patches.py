"""Patches for an HTML stream: a new copy of an element, and CSS that hides the old one.

HTML cannot be changed after it is sent, so each patch has CSS rules that hide the earlier copies
and put the new one in their place. A patch is rendered once per language and time zone for all
streams of a process; only the nonce for the content security policy differs between streams.
"""

import itertools
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, NamedTuple

from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.safestring import mark_safe

from users.clock.fragments import localize
from users.languages import workspace_time_zone

# Placeholder for the nonce while a patch is rendered; random, so no message contains it.
_NONCE = secrets.token_hex(16)

_numbers = itertools.count(1)


class Patch(NamedTuple):
    position: int | None  # of a message; None for an element outside the log
    parts: tuple[str, ...]  # of the HTML: each stream joins them with its nonce


@dataclass(frozen=True, slots=True)
class PatchEncoder:
    """For HTML streams (see `messaging.live.encoders`): a list of patches.

    `zone` is the readers' time zone, if not the workspace's: a stream has no script that converts
    the times.
    """

    language: str
    zone: tzinfo | None = None

    def shows(self, element: str) -> bool:
        return element == "people"

    def changes(self, changes: Sequence[Mapping[str, Any]]) -> list[Patch]:
        zone = self.zone or workspace_time_zone()
        with timezone.override(zone), translation.override(self.language):
            return [patch for change in changes for patch in _patches_of(change, self.language)]

    def fragment(self, element: str, html: str) -> list[Patch]:
        return [patch_of(element, html)]


def patch_of(element: str, html: str, position: int | None = None) -> Patch:
    """Return the Patch for the fragment `html`, whose root element has the id `element`."""
    context = {
        "element": element,
        "fragment": mark_safe(html),
        "position": position,
        "number": next(_numbers),
        "csp_nonce": _NONCE,
    }
    html = render_to_string("messaging/noscript/live_changed.html", context)
    return Patch(position, tuple(html.split(_NONCE)))


def _patches_of(changes: Mapping[str, Any], language: str) -> list[Patch]:
    """Return the patches of the messages in `changes`, as from `render_changes`."""
    if not changes["html"]:
        return []
    language = language if language in changes["html"] else next(iter(changes["html"]))
    html = changes["html"][language]
    return [
        patch_of(f"message-{pk}", localize(html[start:end]), position)
        for pk, position, start, end in changes["cuts"][language]
    ]
