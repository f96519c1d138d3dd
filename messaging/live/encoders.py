"""What a reader is sent: one encoder an audience, the readers that are all sent the same.

A feed asks its readers' encoders and never what kind of page a reader has. HtmlEncoder is here;
an HTML stream has its own, `messaging.noscript.patches.PatchEncoder`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

type Push = Any  # what the reader's connection takes: of sockets HTML, of streams patches


class Encoder(Protocol):
    """Equal encoders are one audience: a change is encoded once for all their readers."""

    @property
    def language(self) -> str: ...

    def shows(self, element: str) -> bool:
        """Return True if the pages of this audience have the element with this id."""

    def changes(self, changes: Sequence[Mapping[str, Any]]) -> Push:
        """Return several changes of messages, each as from `render_changes`, as one push."""

    def fragment(self, element: str, html: str) -> Push:
        """Return a new state of an element that `shows` names as one push."""


@dataclass(frozen=True, slots=True)
class HtmlEncoder:
    """For sockets: HTML that htmx puts in place by its ids."""

    language: str

    def shows(self, element: str) -> bool:
        return True

    def changes(self, changes: Sequence[Mapping[str, Any]]) -> str:
        texts = [in_language(change["html"], self.language) for change in changes]
        return texts[0] if len(texts) == 1 else "".join(texts)

    def fragment(self, element: str, html: str) -> str:
        return html


def in_language(html: Mapping[str, str], language: str) -> str:
    """Return the push in `language`, or in the workspace's own if it was not rendered in it."""
    return html.get(language) or next(iter(html.values()), "")
