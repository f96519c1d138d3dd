"""The JSON representation of messages, for exports and programs.

A feature adds its own key here. The README documents the format; existing keys never change.
"""

from datetime import datetime

from rooms.models import Room
from users.models import User

from .models import Message

PREVIEW = ("url", "title", "description", "site")


def represent(message: Message) -> dict[str, object]:
    """Return `message` as JSON types, with times in ISO 8601. Its author must be loaded."""
    pin = message.extras.get("pin")
    return {
        "position": message.position,
        "id": message.pk,
        "author": message.author.username,
        **_shown_as(message),
        **({"bot": True} if message.author.is_bot else {}),
        "created_at": _moment(message.created_at),
        "edited_at": _moment(message.edited_at),
        "deleted_at": _moment(message.deleted_at),
        "body": message.body,
        **({"reply_to": message.reply_to_id} if message.reply_to_id else {}),
        **_files(message),
        **_preview(message),
        **_reactions(message),
        **({"pinned_at": pin["at"]} if pin else {}),
    }


def represent_change(message: Message, room: Room) -> dict[str, object]:
    """Return `message` of `room` for programs: as in exports, and where and when it changed.

    `body` is None if the message was deleted. `author_is_bot` lets bots ignore each other. The
    files have a `url`, for the same access token.
    """
    told = represent(message)
    if message.files:
        told["files"] = [
            shown | {"url": f"/api{file.address}"}
            for shown, file in zip(told["files"], message.files, strict=True)  # type: ignore[call-overload]
        ]
    return told | {
        "room": room.slug,
        "revision": message.revision,
        "author_is_bot": message.author.is_bot,
        "body": None if message.is_deleted else message.body,
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


def _shown_as(message: Message) -> dict[str, object]:
    """Return the name that a webhook's program gave, if it is shown beside the bot's."""
    name = message.extras.get("shown_as")
    return {"shown_as": name} if name else {}


def _files(message: Message) -> dict[str, object]:
    """Return the files, if there are any: `size` in bytes, `width` and `height` in pixels."""
    names = ("key", "name", "kind", "size", "width", "height", "alt")
    files = [{name: getattr(file, name) for name in names} for file in message.files]
    return {"files": files} if files else {}


def _preview(message: Message) -> dict[str, object]:
    """Return what the preview of a link says, if there is one; its picture is not exported."""
    preview = message.extras.get("preview")
    if not preview:
        return {}
    return {"preview": {name: preview.get(name, "") for name in PREVIEW}}


def _reactions(message: Message) -> dict[str, object]:
    """Return the emoji of the reactions and how many people used each, if there are any."""
    kinds = message.extras.get("reactions", [])
    counts = [{"emoji": emoji, "count": count} for emoji, count, _user_ids in kinds]
    return {"reactions": counts} if counts else {}


def _moment(value: datetime | None) -> str | None:
    return value.isoformat() if value is not None else None
