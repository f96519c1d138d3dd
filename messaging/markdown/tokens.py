"""The pieces of a line."""

from typing import NamedTuple

from core.text import has_invisible


def is_visible(letter):
    """Return True if `letter` draws something."""
    return not (letter.isspace() or has_invisible(letter))


class Token(NamedTuple):
    """A piece of a line: `text` as it is shown.

    `kind` is "text", "code", "link" (to `value`), "call" (of the name `value`), "open" or "close"
    (of the element `value`).
    """

    kind: str
    text: str = ""
    value: str = ""
