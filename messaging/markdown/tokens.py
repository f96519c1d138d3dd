"""The tokens of a line."""

from typing import NamedTuple

from core.text import has_invisible


def is_visible(letter):
    """Return True if `letter` is visible."""
    return not (letter.isspace() or has_invisible(letter))


class Token(NamedTuple):
    """A token of a line: `text` as it is shown.

    `kind` is "text", "emoji", "code", "link" (to `value`), "call" (a mention of the name `value`),
    "open" or "close" (of the element `value`).
    """

    kind: str
    text: str = ""
    value: str = ""
