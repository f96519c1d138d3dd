"""The JSON representation of messages, for exports and programs.

A feature adds its own key here. The README documents the format; existing keys never change.
"""

from datetime import datetime

from .models import Message


def represent(message: Message) -> dict[str, object]:
    """Return `message` as JSON types, with times in ISO 8601. Its author must be loaded."""
    return {
        "position": message.position,
        "id": message.pk,
        "author": message.author.username,
        "created_at": _moment(message.created_at),
        "edited_at": _moment(message.edited_at),
        "deleted_at": _moment(message.deleted_at),
        "body": message.body,
        **({"reply_to": message.reply_to_id} if message.reply_to_id else {}),
    }


def _moment(value: datetime | None) -> str | None:
    return value.isoformat() if value is not None else None
