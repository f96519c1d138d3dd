"""Patches for an HTML stream: a new copy of an element, which replaces the earlier ones.

HTML cannot be changed after it is sent, so the page has rules (in live.html) that hide all copies
but the last, and that put a copy in the place of its message. A patch is only markup: it has no
style and no nonce of the content security policy, so the same bytes serve all streams of a language
and time zone, and a nonce stays the secret of one response.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from math import inf
from typing import Any, NamedTuple

from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.safestring import mark_safe

from users.clock.fragments import localize
from users.languages import workspace_time_zone

# The page has a rule for each of these, and the rules of those that make up a position add up to
# its `order`. A rule for every position would be endless, and without a nonce no rule can be added.
PLACES = tuple(1 << bit for bit in range(31))


class Patch(NamedTuple):
    position: int | None  # of a message; None for an element outside the log
    html: str


class Patches:
    """The patches of one push. `html` has them all: most streams get the same string."""

    __slots__ = ("_patches", "html", "lowest", "newest")

    def __init__(self, patches: Iterable[Patch]) -> None:
        self._patches = list(patches)
        positions = [each.position for each in self._patches if each.position is not None]
        self.lowest = min(positions, default=inf)
        self.newest = max(positions, default=0)
        self.html = "".join(each.html for each in self._patches)

    def __iter__(self) -> Iterator[Patch]:
        return iter(self._patches)

    def since(self, floor: int) -> str:
        """Return the HTML of what is outside the log, or not older than position `floor`."""
        if self.lowest >= floor:
            return self.html
        return "".join(
            each.html for each in self if each.position is None or each.position >= floor
        )


@dataclass(frozen=True, slots=True)
class PatchEncoder:
    """For HTML streams (see `messaging.live.encoders`): Patches.

    `zone` is the readers' time zone, if not the workspace's: a stream has no script that converts
    the times.
    """

    language: str
    zone: tzinfo | None = None

    def shows(self, element: str) -> bool:
        return element == "people"

    def changes(self, changes: Sequence[Mapping[str, Any]]) -> Patches:
        zone = self.zone or workspace_time_zone()
        with timezone.override(zone), translation.override(self.language):
            return Patches(
                patch for change in changes for patch in _patches_of(change, self.language)
            )

    def fragment(self, element: str, html: str) -> Patches:
        return Patches([patch_of(element, html)])


def patch_of(element: str, html: str, position: int | None = None) -> Patch:
    """Return the Patch for the fragment `html`, whose root element has the id `element`."""
    places = [place for place in PLACES if (position or 0) & place]
    context = {"element": element, "fragment": mark_safe(html), "places": places}
    return Patch(position, render_to_string("messaging/noscript/live_changed.html", context))


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
