"""What a program posts, or what a message is in an export: text, blocks and attachments."""

import re
from collections.abc import Mapping
from typing import Any

from .attachments import attachments_to_markdown
from .block_kit import blocks_to_markdown
from .mrkdwn import NameOf, storable, text_to_markdown

_NO_LETTERS = re.compile(r"[\W_]+")


def payload_to_markdown(payload: Any, name_of: NameOf | None = None) -> str:
    """Return the Markdown of a payload: its text, its blocks and its attachments.

    Return "" if there is no text in it. The text of a payload with blocks is often only their
    words, for notifications, and then left out.
    """
    if not isinstance(payload, Mapping):
        return ""
    text = text_to_markdown(payload.get("text"), name_of)
    blocks = blocks_to_markdown(payload.get("blocks"), name_of)
    said = storable(payload.get("text"))
    attachments = attachments_to_markdown(payload.get("attachments"), name_of, said)
    if blocks and _letters(text) in _letters(blocks):
        text = ""
    return "\n\n".join(part for part in (text, blocks, attachments) if part.strip())


def _letters(text: str) -> str:
    return _NO_LETTERS.sub("", text).casefold()
