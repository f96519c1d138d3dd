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


def newest_only(changes: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return `changes`, events in order of revision, with only the newest state of each message.

    An event with no message left is dropped, and the next one covers its revisions.
    """
    seen: set[int] = set()
    newest: list[Mapping[str, Any]] = []
    for change in reversed(changes):
        messages = {cut[0] for cut in next(iter(change["cuts"].values()), ())}
        if messages and messages <= seen:
            newest[-1] = {**newest[-1], "first": change["first"]}
        else:
            newest.append(_without(change, messages & seen))
        seen |= messages
    return newest[::-1]


def newer_than(cursor: int, changes: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return those of `changes` that are newer than revision `cursor`.

    What was read from the database has many changes in one, of which a reader may have some. An
    event is of one commit, so a reader has all of it or nothing.
    """
    newer = []
    for change in changes:
        if change["revision"] > cursor:
            revisions = change.get("revisions", {})
            had = {message for message, revision in revisions.items() if revision <= cursor}
            newer.append(_without(change, had))
    return newer


def _without(change: Mapping[str, Any], messages: set[int]) -> Mapping[str, Any]:
    """Return `change` without the fragments of `messages` (ids)."""
    if not messages:
        return change
    html, cuts = {}, {}
    for language, text in change["html"].items():
        pieces, kept, copied, removed = [], [], 0, 0
        for message, position, start, end in change["cuts"][language]:
            if message in messages:
                pieces.append(text[copied:start])
                copied, removed = end, removed + end - start
            else:
                kept.append((message, position, start - removed, end - removed))
        html[language] = "".join([*pieces, text[copied:]])
        cuts[language] = kept
    return {**change, "html": html, "cuts": cuts}


def in_language(html: Mapping[str, str], language: str) -> str:
    """Return the push in `language`, or in the workspace's language if there is none."""
    return html.get(language) or next(iter(html.values()), "")
