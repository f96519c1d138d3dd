"""The JSON representation of messages, for exports and programs.

A feature adds its own key here. The README documents the format; existing keys never change.
"""

from datetime import datetime

from users.models import User

from .models import Message


def represent(message: Message) -> dict[str, object]:
    """Return `message` as JSON types, with times in ISO 8601. Its author must be loaded."""
    pin = message.extras.get("pin")
    return {
        "position": message.position,
        "id": message.pk,
        "author": message.author.username,
        "created_at": _moment(message.created_at),
        "edited_at": _moment(message.edited_at),
        "deleted_at": _moment(message.deleted_at),
        "body": message.body,
        **({"reply_to": message.reply_to_id} if message.reply_to_id else {}),
        **_reactions(message),
        **({"pinned_at": pin["at"]} if pin else {}),
    }


def represent_own(person: User) -> dict[str, list[dict[str, object]]]:
    """Return what an export of a person's own data holds of features, besides their messages."""
    reactions = person.reactions.order_by("pk").values_list("message_id", "emoji", "created_at")
    return {
        "reactions": [
            {"id": message_id, "emoji": emoji, "created_at": _moment(created_at)}
            for message_id, emoji, created_at in reactions
        ]
    }


def _reactions(message: Message) -> dict[str, object]:
    """Return the emoji of the reactions and how many people used each, if there are any."""
    kinds = message.extras.get("reactions", [])
    counts = [{"emoji": emoji, "count": count} for emoji, count, _user_ids in kinds]
    return {"reactions": counts} if counts else {}


def _moment(value: datetime | None) -> str | None:
    return value.isoformat() if value is not None else None
