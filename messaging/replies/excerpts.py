"""What a reply shows of the message that it answers: its author's name and an excerpt.

The excerpt is stored in the reply, `extras["reply"]`, so that drawing runs no query, and replaced
when the other message is edited or deleted: see `message.replies`. Names are never stored.
"""

import html
import re
import unicodedata
from typing import Any, NamedTuple

KEY = "reply"  # in `extras`
MAX_EXCERPT = 120  # characters
# What ends a word, although no space is between: the end of a block, a break, a cell.
_TAG = re.compile(r"<(/?)(\w+)[^>]*>")
_INLINE = {"a", "code", "em", "s", "span", "strong"}
# Characters that control the direction of what follows; an excerpt is isolated by the page.
_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069\x00-\x08\x0e-\x1f\x7f-\x9f]")
_JOINER = "\u200d"


type Message = Any  # of messaging.message, which stands on this


class Reply(NamedTuple):
    """What the fragment shows of the message `pk` that it answers.

    `excerpt` is empty if the message shows no text, or if its text has changed and the new excerpt
    is not stored yet. `name` and `excerpt` are empty if it was deleted.
    """

    pk: int
    name: str = ""
    excerpt: str = ""
    is_deleted: bool = False
    is_action: bool = False  # its text goes on after the name: "Ana waves"


def reply_of(message: Message) -> Reply | None:
    """Return the Reply that `message` shows, or None. `for_display` has joined what this reads."""
    stored = message.extras.get(KEY)
    if stored is None:
        return None
    answered = message.reply_to
    if answered is None or answered.is_deleted:
        return Reply(stored["id"], is_deleted=True)
    is_current = stored.get("edited_at") == _moment(answered)
    excerpt = stored["excerpt"] if is_current else ""
    is_action = bool(excerpt) and stored.get("is_action", False)
    return Reply(answered.pk, answered.author.name, excerpt, is_action=is_action)


def reply_to(answered: Message) -> Reply:
    """Return what a reply to `answered` would show."""
    if answered.is_deleted:
        return Reply(answered.pk, is_deleted=True)
    excerpt = excerpt_of_message(answered)
    return Reply(answered.pk, answered.author.name, excerpt, is_action=answered.is_action)


def stored_reply(answered: Message) -> dict[str, Any]:
    """Return what a reply to `answered` stores: ids and an excerpt of its text as it is now."""
    stored = {"id": answered.pk, "author": answered.author_id, "excerpt": ""}
    if not answered.is_deleted:
        stored["excerpt"] = excerpt_of_message(answered)
        if answered.is_action:
            stored["is_action"] = True
        if answered.edited_at is not None:
            stored["edited_at"] = _moment(answered)
    return stored


def _moment(message: Message) -> str | None:
    return message.edited_at and message.edited_at.isoformat()


def excerpt_of_message(message: Message) -> str:
    """Return the beginning of its text; without a text, the names of its files.

    A picture is named by what it shows, if that is said.
    """
    return excerpt_of(message.body_html) or _line(", ".join(file.title for file in message.files))


def excerpt_of(body_html: str) -> str:
    """Return the beginning of a message's text: one line, no markup, at most MAX_EXCERPT long."""
    text, end = "", 0
    for tag in _TAG.finditer(body_html):
        text += body_html[end : tag.start()] + " " * (tag[2] not in _INLINE)
        end = tag.end()
        if len(text) > 20 * MAX_EXCERPT:  # an entity has up to 10 characters
            break
    else:
        text += body_html[end:]
    return _line(html.unescape(text))


def _line(text: str) -> str:
    return _shorten(" ".join(_CONTROLS.sub("", text).split()))


def _shorten(text: str) -> str:
    """Cut `text` between two characters as people see them (Unicode TR 29)."""
    if len(text) <= MAX_EXCERPT:
        return text
    end = MAX_EXCERPT - 1
    while end and _continues(text, end):
        end -= 1
    return text[: end or MAX_EXCERPT - 1].rstrip() + "…"


def _continues(text: str, at: int) -> bool:
    """Return True if the code point at `at` belongs to the same character as the one before."""
    before, letter = text[at - 1], text[at]
    if unicodedata.category(letter)[0] == "M" or letter == _JOINER or before == _JOINER:
        return True
    if "\U0001f3fb" <= letter <= "\U0001f3ff" or "\U000e0020" <= letter <= "\U000e007f":
        return True  # a skin tone, or the letters of a regional flag
    flags = 0
    while flags < at and _is_half_a_flag(text[at - 1 - flags]):
        flags += 1
    return _is_half_a_flag(letter) and flags % 2 == 1


def _is_half_a_flag(letter: str) -> bool:
    return "\U0001f1e6" <= letter <= "\U0001f1ff"
