"""One message of Discord: of what kind it is, when, its files and its reactions."""

import posixpath
import re
from datetime import datetime, tzinfo
from functools import partial
from typing import Any
from urllib.parse import unquote, urlsplit

from core.emoji.table import emoji_of, key_of

from .. import reasons
from ..archive import Archive
from ..records import FileHere, Reacted
from ..values import key, mapping, mappings, moment_of_iso, text
from .snowflakes import time_of

# What people said: of the names and numbers of types, those that hold a text of theirs.
_SAID = {"default", "reply", "chatinputcommand", "contextmenucommand", "applicationcommand"}
_SAID |= {"", "0", "19", "20", "23"}
_NOTICES = re.compile(
    r"recipient(?:add|remove)|call|channel(?:name|icon)change|channelpinnedmessage|guildmemberjoin"
    r"|userjoin|threadcreated|threadstartermessage|channelfollowadd|automoderationaction"
    r"|(?:user)?premiumguildsubscription\w*|guild\w+|rolesubscriptionpurchase|interactionpremium\w*"
    r"|stage\w+|guildapplication\w+|poll\w*|purchasenotification|[1-9]|1[0-8]|2[124-9]|3\d|4\d"
)
_SKIN = re.compile("[\U0001f3fb-\U0001f3ff]")


def reason_against(message: dict[str, Any]) -> str | None:
    """Return why `message` is left out, or None if it is to come."""
    kind = text(message.get("type")).lower()
    if kind in _SAID:
        return None
    return reasons.NOTICE if _NOTICES.fullmatch(kind) else reasons.UNKNOWN_KIND


def sent_at(message: dict[str, Any], zone: tzinfo) -> datetime | None:
    """Return when `message` was sent: its own word, or what its id says."""
    return moment_of_iso(message.get("timestamp"), zone) or time_of(key(message.get("id")))


def files_of(message: dict[str, Any], folder: str, archive: Archive) -> tuple[FileHere, ...]:
    """Return the files of `message`, which is in a file of `folder`."""
    forwarded = mapping(message.get("forwardedMessage"))
    attachments = [*mappings(message.get("attachments")), *mappings(forwarded.get("attachments"))]
    return tuple(_file_here(each, folder, archive) for each in attachments)


def _file_here(attachment: dict[str, Any], folder: str, archive: Archive) -> FileHere:
    address = text(attachment.get("url"))
    name = text(attachment.get("fileName")).strip() or posixpath.basename(_path_in(address))
    here = FileHere(name=name[:255] or "file", alt=text(attachment.get("description")).strip())
    for path in _paths(address, folder):
        if path in archive:
            return here._replace(open=partial(archive.open, path), size=archive.size(path))
    return here


def _paths(address: str, folder: str) -> list[str]:
    """Return where in the archive the file may be, if the export has brought its files along."""
    if not address or address.lower().startswith(("http:", "https:")):
        return []
    written = address.replace("\\", "/")
    return [
        posixpath.normpath(posixpath.join(folder, path)) for path in (written, unquote(written))
    ]


def _path_in(address: str) -> str:
    try:
        return urlsplit(address).path
    except ValueError:
        return ""


def reactions_of(message: dict[str, Any]) -> tuple[tuple[Reacted, ...], int]:
    """Return the reactions to `message`, and how many lack people: older exports name none.

    Those that differ by skin tone alone are one.
    """
    people: dict[str, dict[str, None]] = {}
    unknown = 0
    for reaction in mappings(message.get("reactions")):
        emoji = mapping(reaction.get("emoji"))
        users = [key(each.get("id")) for each in mappings(reaction.get("users"))]
        users = [user for user in users if user]
        shown = _shown(emoji)
        if shown and users:
            people.setdefault(shown, {}).update(dict.fromkeys(users))
        else:
            unknown += 1
    return tuple(Reacted(emoji, tuple(users)) for emoji, users in people.items()), unknown


def _shown(emoji: dict[str, Any]) -> str:
    name = text(emoji.get("name")).strip().strip(":")[:100]
    if not key(emoji.get("id")):  # otherwise it is a server's own
        shown = emoji_of(name) or _SKIN.sub("", name)
        if key_of(shown):
            return shown
    return f":{name}:" if name else ""
