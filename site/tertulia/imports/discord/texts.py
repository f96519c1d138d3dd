"""The text of a message of Discord as ours: mentions, emoji and times are written out."""

import re
from collections.abc import Callable
from typing import Any

from messaging.commands.parsing import as_text

from ..values import key, mapping, mappings, moment, text

type NameOf = Callable[[str], str | None]

_MARK = re.compile(
    r"<(?:@[!]?(?P<person>\d{1,20})|@&(?P<role>\d{1,20})|\#(?P<channel>\d{1,20})"
    r"|a?:(?P<emoji>\w{1,64}):\d{1,20}|t:(?P<time>\d{1,11})(?::\w)?|/(?P<command>[^:<>\n]{1,100}):\d{1,20})>"
)
_QUOTED = re.compile(r"^>>> (.*)", re.MULTILINE | re.DOTALL)
_SMALL = re.compile(r"^-# ", re.MULTILINE)


def text_of(message: dict[str, Any], person_name: NameOf) -> str:
    """Return the text of `message` as Markdown; "" if it has none."""
    parts = [
        _converted(message, person_name),
        *_embeds(message),
        *_stickers(message),
        _forwarded(message, person_name),
    ]
    return as_text("\n".join(part for part in parts if part.strip()).strip("\n"))


def _converted(message: dict[str, Any], person_name: NameOf) -> str:
    body = text(message.get("content")).replace("\r\n", "\n").replace("\r", "\n")
    body = _with_names(body, message, person_name)

    def written(found: re.Match[str]) -> str:
        match found.lastgroup:
            case "person":
                return f"@{person_name(found[1]) or 'unknown'}"
            case "role":
                return "@role"
            case "channel":
                return "#channel"  # its room is closed: nobody must learn its name from a text
            case "emoji":
                return f":{found['emoji']}:"
            case "time":
                at = moment(found["time"])
                return f"{at:%Y-%m-%d %H:%M} UTC" if at else found[0]
        return f"/{found['command']}"

    body = _MARK.sub(written, body)
    body = _QUOTED.sub(lambda found: "> " + found[1].replace("\n", "\n> "), body)
    return _SMALL.sub("", body)


def _with_names(body: str, message: dict[str, Any], person_name: NameOf) -> str:
    """Return `body` with "@nickname", as exporters write mentions, by the names here."""
    if "@" not in body:
        return body
    names: dict[str, str] = {}
    for person in mappings(message.get("mentions")):
        here = person_name(key(person.get("id")))
        for name in (text(person.get("nickname")), text(person.get("name"))):
            if here and name.strip() and name != here:
                names.setdefault(name, here)
    if not names:
        return body
    longest_first = sorted(names, key=len, reverse=True)[:100]
    pattern = re.compile(f"@({'|'.join(map(re.escape, longest_first))})(?!\\w)")
    return pattern.sub(lambda found: f"@{names[found[1]]}", body)


def _embeds(message: dict[str, Any]) -> list[str]:
    """Return the texts of embeds that are no previews of the message's own links."""
    content = text(message.get("content"))
    is_bot = mapping(message.get("author")).get("isBot") is True
    if content.strip() and not is_bot:
        return []
    embeds = mappings(message.get("embeds"))
    return [_embed(each) for each in embeds if not _is_preview(each, content)]


def _is_preview(embed: dict[str, Any], content: str) -> bool:
    address = text(embed.get("url"))
    return bool(address) and address in content


def _embed(embed: dict[str, Any]) -> str:
    title, address = text(embed.get("title")).strip(), text(embed.get("url")).strip()
    lines = [
        text(mapping(embed.get("author")).get("name")).strip(),
        _titled(title, address),
        text(embed.get("description")).strip(),
    ]
    for field in mappings(embed.get("fields")):
        name, value = text(field.get("name")).strip(), text(field.get("value")).strip()
        lines.append(f"**{name}** {value}" if name and "\n" not in name else value)
    lines.append(text(mapping(embed.get("footer")).get("text")).strip())
    return "\n".join(line for line in lines if line)


def _titled(title: str, address: str) -> str:
    title = " ".join(title.split())
    if not re.fullmatch(r"https?://[^\s<>()]{1,2000}", address):
        return f"**{title}**" if title else ""
    return f"[{title}]({address})" if title and not set("[]") & set(title) else f"{title} {address}"


def _stickers(message: dict[str, Any]) -> list[str]:
    names = (text(each.get("name")).strip() for each in mappings(message.get("stickers")))
    return [f":{re.sub(r'\W+', '_', name)}:" for name in names if name]


def _forwarded(message: dict[str, Any], person_name: NameOf) -> str:
    forwarded = mapping(message.get("forwardedMessage"))
    if not forwarded:
        return ""
    inner = {**forwarded, "forwardedMessage": None, "mentions": message.get("mentions")}
    body = text_of(inner, person_name).strip()
    return "> " + body.replace("\n", "\n> ") if body else ""
