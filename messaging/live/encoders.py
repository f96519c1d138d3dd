"""Encode what is sent to readers. Readers with equal encoders are one audience.

A feed uses the encoders of its readers and does not know what kind of page a reader has. Sockets
use HtmlEncoder; HTML streams use `messaging.noscript.patches.PatchEncoder`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

type Push = Any  # what a connection accepts: HTML for sockets, patches for streams


class Encoder(Protocol):
    """Readers with equal encoders share an audience: each change is encoded once for all."""

    @property
    def language(self) -> str: ...

    def shows(self, element: str) -> bool:
        """Return True if the pages of this audience have the element with this id."""

    def changes(self, changes: Sequence[Mapping[str, Any]]) -> Push:
        """Combine several results of `render_changes` into one push."""

    def fragment(self, element: str, html: str) -> Push:
        """Return the push that updates an element; `shows` must be True for it."""


@dataclass(frozen=True, slots=True)
class HtmlEncoder:
    """Encode for sockets: HTML that htmx swaps in by element id."""

    language: str

    def shows(self, element: str) -> bool:
        return True

    def changes(self, changes: Sequence[Mapping[str, Any]]) -> str:
        texts = [in_language(change["html"], self.language) for change in changes]
        return texts[0] if len(texts) == 1 else "".join(texts)

    def fragment(self, element: str, html: str) -> str:
        return html


def in_language(html: Mapping[str, str], language: str) -> str:
    """Return the push in `language`, or in the workspace's language if there is none."""
    return html.get(language) or next(iter(html.values()), "")
