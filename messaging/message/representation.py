"""How a message looks outside of the product, in exports and for programs: plain JSON values.

A feature adds its own key here. The README documents the shape; a key that exists stays as it is.
"""

from datetime import datetime

from .models import Message


def represent(message: Message) -> dict[str, object]:
    """Return `message`, whose author is loaded, as JSON types; times in ISO 8601."""
    return {
        "position": message.position,
        "id": message.pk,
        "author": message.author.username,
        "created_at": _moment(message.created_at),
        "edited_at": _moment(message.edited_at),
        "deleted_at": _moment(message.deleted_at),
        "body": message.body,
    }


def _moment(value: datetime | None) -> str | None:
    return value.isoformat() if value is not None else None
