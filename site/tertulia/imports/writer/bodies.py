"""Make the texts of a source into bodies of messages: cleaned, and split if they are long."""

import re

from django.utils.translation import gettext

from messaging.commands.parsing import stripped
from messaging.message.models import BODY_LIMIT

from ..values import storable

_FENCE = "```"
_MARGIN = 2 * len(f"\n{_FENCE}")
_EMPTY_LINES = re.compile(r"\A(?:[^\S\n]*+\n)++")
_LONGEST_NAME = 120


def clean_body(text: str) -> str:
    """Return `text` as the composer would store it, without what cannot be stored."""
    text = storable(text.replace("\r\n", "\n").replace("\r", "\n"))
    text = _EMPTY_LINES.sub("", text).rstrip()
    return text if "\n" in text else stripped(text)


def line_of_file(name: str) -> str:
    """Return the line that stands for a file whose bytes do not come."""
    name = " ".join(clean_body(name).replace("`", "'").split())[:_LONGEST_NAME]
    return gettext("File: %(name)s (not brought along)") % {"name": f"`{name or '?'}`"}


def split_body(text: str, limit: int = BODY_LIMIT) -> list[str]:
    """Return `text` in parts of at most `limit` characters, cut between lines or words.

    Code that is cut begins again in the next part.
    """
    parts = []
    while len(text) > limit:
        end = _end_of_part(text, limit - _MARGIN)
        part, text = text[:end].rstrip(), text[end:].lstrip("\n")
        if part.count(_FENCE) % 2:
            part, text = f"{part}\n{_FENCE}", f"{_FENCE}\n{text}"
        parts.append(part)
    return [*parts, text]


def _end_of_part(text: str, limit: int) -> int:
    """Return where to cut: after the last line or word that leaves a part of some length."""
    for sign in ("\n", " "):
        end = text.rfind(sign, limit // 2, limit)
        if end > 0:
            return end + 1
    return limit
