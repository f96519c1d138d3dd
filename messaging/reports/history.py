"""The edit history of a reported message: its texts in order, and what each edit changed."""

import re
from datetime import datetime
from typing import NamedTuple

from ..versions.models import Version

_WORDS = re.compile(r"\w+|\s+|[^\w\s]")


class Change(NamedTuple):
    """A text in parts: what is the same as in the text before it, and what replaced what."""

    before: str
    removed: str
    added: str
    after: str


class Entry(NamedTuple):
    """One text of a message, from `written_at` on."""

    body: str
    written_at: datetime
    change: Change
    is_reported: bool  # the message said this when it was reported
    follows_gap: bool  # texts before it are not kept


class Text(NamedTuple):
    """What a message said from `written_at` until `replaced_at` (None: it was not edited again)."""

    body: str
    written_at: datetime
    replaced_at: datetime | None


def history_of(report):
    """Return an Entry for each kept text of the message of `report`, oldest first."""
    said_at = report.message.created_at
    before, entries = Text("", said_at, said_at), []
    for text in _texts(report):
        entries.append(
            Entry(
                text.body,
                text.written_at,
                compare(before.body if entries else text.body, text.body),
                is_reported=_is_of(text, report.created_at),
                follows_gap=text.written_at > before.replaced_at,
            )
        )
        before = text
    return entries


def _texts(report):
    """Return the kept texts of the message, with the reported one, in order."""
    message = report.message
    versions = Version.objects.filter(message=message).order_by("written_at", "pk")
    texts = [Text(version.body, version.written_at, version.replaced_at) for version in versions]
    if not message.is_deleted:
        texts.append(Text(message.body, message.edited_at or message.created_at, None))
    if any(_is_of(text, report.created_at) for text in texts):
        return texts
    # It was deleted, or dropped by the limits; the report has it.
    earlier = [text for text in texts if text.written_at <= report.created_at]
    later = texts[len(earlier) :]
    written_at = earlier[-1].replaced_at if earlier else message.created_at
    replaced_at = later[0].written_at if later else None
    return [*earlier, Text(report.body, written_at, replaced_at), *later]


def _is_of(text, moment):
    """Return True if `text` is what the message said at `moment`."""
    return text.written_at <= moment and (text.replaced_at is None or moment < text.replaced_at)


def compare(old, new):
    """Return the Change from `old` to `new`: one part of it differs, in whole words.

    This takes time in proportion to the texts, whatever they are.
    """
    old_words, new_words = _WORDS.findall(old), _WORDS.findall(new)
    head = _common(old_words, new_words)
    tail = _common(old_words[head:][::-1], new_words[head:][::-1])
    old_end, new_end = len(old_words) - tail, len(new_words) - tail
    parts = new_words[:head], old_words[head:old_end], new_words[head:new_end], new_words[new_end:]
    return Change(*map("".join, parts))


def _common(old, new):
    """Return how many items are the same at the beginning of both lists."""
    count = 0
    for one, other in zip(old, new, strict=False):
        if one != other:
            break
        count += 1
    return count
