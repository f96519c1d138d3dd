"""One message of Slack: of what kind it is, its text, its files and its reactions."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from core.emoji.table import emoji_of_slack
from messaging.commands.parsing import as_text
from messaging.slack_text import payload_to_markdown, text_to_markdown

from .. import reasons
from ..archive import Archive
from ..records import FileHere, Reacted
from ..values import key, keys, mapping, mappings, text

type NameOf = Callable[[str], str | None]

# What people did, not what they said.
_NOTICES = re.compile(
    r"(?:channel|group|im|mpim)_(?:join|leave|topic|purpose|name|archive|unarchive|posting_permissions"
    r"|convert_to_(?:private|public)|canvas_(?:created|updated|deleted))"
    r"|(?:tabbed_)?canvas_updated|pinned_item|unpinned_item|reply_broadcast|reminder_(?:add|delete)"
    r"|bot_(?:add|remove|enable|disable)|app_conversation_(?:join|leave)|ekm_access_denied"
    r"|message_(?:changed|deleted|replied)|huddle_room_created|joiner_notification(?:_for_inviter)?"
)
# What the author of a message does, and the words for it if it has none of its own.
_DOINGS = {
    "me_message": "",
    "huddle_thread": "started a huddle",
    "sh_room_created": "started a call",
}
# The token in the addresses of files, with which anybody could fetch them.
_TOKEN = re.compile(r"([?&])t=xox[a-z]-[\w%-]*(&?)")
_OWN_HOST = re.compile(
    r"https?://(?:[\w-]+\.)*slack(?:-edge|-files)?\.com(?:[:/?#]|\Z)", re.IGNORECASE
)


def reason_against(message: dict[str, Any]) -> str | None:
    """Return why `message` is left out, or None if it is to come."""
    subtype = text(message.get("subtype"))
    if text(message.get("type")) not in ("message", ""):
        return reasons.NO_MESSAGE
    if _NOTICES.fullmatch(subtype):
        return reasons.NOTICE
    is_for_one = message.get("is_ephemeral") is True or subtype == "ephemeral"
    return reasons.FOR_ONE if is_for_one else None


def is_tombstone(message: dict[str, Any]) -> bool:
    """Return True for what is left of a deleted message: the root of a thread."""
    return message.get("subtype") == "tombstone"


def body_of(message: dict[str, Any], name_of: NameOf) -> str:
    """Return the text of `message` as Markdown; "" if it has none."""
    subtype = text(message.get("subtype"))
    if subtype == "file_comment":
        body = text_to_markdown(text(mapping(message.get("comment")).get("comment")), name_of)
        body = body or _written(message, name_of)
    else:
        body = _written(message, name_of)
    links = [link for file in _files(message) if (link := _link_outside(file))]
    body = "\n".join(filter(None, [_as_doing(body.strip("\n"), subtype), *links]))
    if not body.strip():
        return ""
    return _TOKEN.sub(_without_token, body) if "xox" in body else body


def _without_token(found: re.Match[str]) -> str:
    return found[1] if found[2] else ""


def _written(message: dict[str, Any], name_of: NameOf) -> str:
    words, attachments = text(message.get("text")), message.get("attachments")
    blocks = list(mappings(message.get("blocks")))
    if words and all(block.get("type") == "rich_text" for block in blocks):
        blocks = []  # they say the same as the text
    if not (blocks or attachments):
        return text_to_markdown(words, name_of)
    payload = {"text": words, "blocks": blocks, "attachments": attachments}
    return payload_to_markdown(payload, name_of)


def _as_doing(body: str, subtype: str) -> str:
    """Return `body` as an action ("/me …") if `subtype` is that of one, otherwise as a text."""
    if subtype not in _DOINGS:
        return as_text(body)
    doing = body.strip() or _DOINGS[subtype]
    return f"/me {doing}" if doing else ""


def _files(message: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the files of `message`, each once; old exports have one in `file`."""
    seen = set()
    for file in (*mappings(message.get("files")), mapping(message.get("file"))):
        if file and text(file.get("id")) not in seen:
            seen.add(text(file.get("id")))
            yield file


def _link_outside(file: dict[str, Any]) -> str:
    """Return a link to a file that is elsewhere, such as a document at Google."""
    address = text(file.get("url_private")) or text(file.get("external_url"))
    is_external = file.get("mode") == "external" or file.get("is_external") is True
    if not (is_external and address) or _OWN_HOST.match(address):
        return ""
    title = text(file.get("title")) or text(file.get("name"))
    label = re.sub(r"[\[\]<>|\s]+", " ", title).strip()[:200]
    address = re.sub(r"[<>|\s]", "", address)
    return text_to_markdown(f"<{address}|{label}>" if label else f"<{address}>")


def files_of(
    message: dict[str, Any], paths: dict[str, str], archive: Archive
) -> tuple[FileHere, ...]:
    """Return the files of `message`. `paths` has where in the archive they are, by id."""
    found = (file for file in _files(message) if not is_gone(file) and not _link_outside(file))
    return tuple(_file_here(file, paths.get(key(file.get("id"))), archive) for file in found)


def gone_files(message: dict[str, Any]) -> int:
    """Return how many files of `message` were deleted at Slack."""
    return sum(is_gone(file) for file in _files(message))


def is_gone(file: dict[str, Any]) -> bool:
    return file.get("mode") == "tombstone"


def _file_here(file: dict[str, Any], path: str | None, archive: Archive) -> FileHere:
    name = text(file.get("name")) or text(file.get("title")) or (path or "").rpartition("/")[2]
    here = FileHere(
        name=name.strip()[:255] or "file",
        content_type=text(file.get("mimetype"))[:100],
        alt=text(file.get("alt_txt")).strip(),
    )
    if path is None:
        return here
    return here._replace(open=partial(archive.open, path), size=archive.size(path))


def reactions_of(message: dict[str, Any]) -> tuple[Reacted, ...]:
    """Return the reactions to `message`; those that differ by skin tone alone are one."""
    people: dict[str, dict[str, None]] = {}
    for reaction in mappings(message.get("reactions")):
        name = text(reaction.get("name")).partition("::")[0].strip(":")[:100]
        if name and (users := keys(reaction.get("users"))):
            emoji = emoji_of_slack(name)
            people.setdefault(emoji.shown if emoji else f":{name}:", {}).update(
                dict.fromkeys(users)
            )
    return tuple(Reacted(emoji, tuple(users)) for emoji, users in people.items())
