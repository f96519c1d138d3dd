"""One post of Mattermost: whether it comes, who wrote it, its files and its reactions."""

import re
from functools import partial
from typing import Any

from core.emoji.table import emoji_of_slack

from .. import reasons
from ..archive import Archive
from ..records import UNKNOWN, FileHere, Reacted
from ..values import mapping, mappings, text
from .lists import person_key

DATA = "data/"  # the folder of files in an archive
_FOR_ONE = {"system_ephemeral", "ephemeral", "burn_on_read"}
_TONE = re.compile(r"(?:_(?:medium_)?(?:light|dark)|_medium)_skin_tone\Z")


def reason_against(post: dict[str, Any]) -> str | None:
    """Return why `post` is left out, or None if it is to come."""
    kind = text(post.get("type"))
    if kind in _FOR_ONE:
        return reasons.FOR_ONE
    if kind.startswith("system_"):
        return reasons.NOTICE
    return reasons.DELETED if text(post.get("delete_at")) not in ("", "0") else None


def author_of(post: dict[str, Any]) -> tuple[str, bool]:
    """Return the key of who wrote `post`, and whether it is a bot.

    Posts by a webhook are under the account of whoever made it: nobody must take them for theirs.
    """
    props = mapping(post.get("props"))
    if text(props.get("from_webhook")).lower() == "true" or props.get("from_webhook") is True:
        name = text(props.get("override_username")).strip() or text(
            props.get("webhook_display_name")
        )
        return f"webhook:{name.strip()[:100]}", True
    return person_key(post.get("user")) or UNKNOWN.key, False


def files_of(post: dict[str, Any], archive: Archive) -> tuple[FileHere, ...]:
    paths = (text(each.get("path")) for each in mappings(post.get("attachments")))
    return tuple(_file_here(path, archive) for path in paths if path)


def _file_here(path: str, archive: Archive) -> FileHere:
    name = path.replace("\\", "/").rstrip("/").rpartition("/")[2][:255] or "file"
    stems = (path, path.lstrip("/"), path.removeprefix(DATA))
    member = next((each for stem in stems for each in (stem, DATA + stem) if each in archive), None)
    if member is None:
        return FileHere(name)
    return FileHere(name, open=partial(archive.open, member), size=archive.size(member))


def reactions_of(post: dict[str, Any]) -> tuple[Reacted, ...]:
    """Return the reactions to `post`; those that differ by skin tone alone are one."""
    people: dict[str, dict[str, None]] = {}
    for reaction in mappings(post.get("reactions")):
        name, username = text(reaction.get("emoji_name"))[:100], person_key(reaction.get("user"))
        if name.strip(":") and username:
            people.setdefault(_emoji(name.strip(":")), {})[username] = None
    return tuple(Reacted(emoji, tuple(users)) for emoji, users in people.items())


def _emoji(name: str) -> str:
    emoji = emoji_of_slack(_TONE.sub("", name))
    return emoji.shown if emoji else f":{name}:"
