"""Tell commands from text that begins with a slash."""

import re
from typing import NamedTuple

# Japanese keyboards type the full-width slash. What begins as a path, a comment or a fraction is
# text: "/etc/hosts", "//", "/ or", "/1". "/topic:" is not: it is more likely a typo.
_COMMAND = re.compile(r"[/／]([^\W\d_][^\s/／]*+)(?!\S)\s*(.*)", re.DOTALL)
SLASHES = ("/", "／")
SHRUG = r"¯\_(ツ)_/¯"
_EMPTY_LINES = re.compile(r"\A(?:[^\S\n]*+\n)++")
ME, SHRUGS = "me", "shrug"


class Typed(NamedTuple):
    """A command as it was typed: its name in lower case, and the rest of the text."""

    name: str
    rest: str


def typed_in(body: str) -> Typed | None:
    """Return the command with which `body` begins, even if no such command exists, or None."""
    found = _COMMAND.fullmatch(body) if body.startswith(SLASHES) else None
    return found and Typed(found[1].lower(), found[2])


def stripped(line: str) -> str:
    """Return `line` without the spaces around it, but with one that makes a slash a text."""
    text = line.strip()
    return f" {text}" if text != line.rstrip() and text.startswith(SLASHES) else text


def expanded(body: str) -> str:
    """Return `body` as it is stored: "/shrug so be it" with the shrug, other texts as they are."""
    typed = typed_in(body)
    if typed is None or typed.name != SHRUGS:
        return body
    return f"{typed.rest} {SHRUG}" if typed.rest else SHRUG


def as_text(body: str) -> str:
    """Return the text of a program so that it is no command: with a space before a slash."""
    text = _EMPTY_LINES.sub("", body)  # as the field of a text does
    return body if typed_in(text) is None else f" {text}"


def shown(body: str) -> str:
    """Return `body` without the space that makes it text."""
    return body[1:] if body.startswith(" ") and body[1:].startswith(SLASHES) else body


def action_in(body: str) -> str | None:
    """Return what somebody does in an action, the text after "/me", or None if it is none."""
    typed = typed_in(body)
    return typed.rest if typed is not None and typed.name == ME and typed.rest else None
