"""The text of a post of Mattermost, whose Markdown is nearly ours, and of its attachments."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from messaging.commands.parsing import as_text

from ..values import mappings, text

type NameOf = Callable[[str, str], str | None]  # of ("@", username) or ("~", name of a channel)

_CODE = re.compile(r"(```.*?(?:```|\Z)|`[^`\n]+`)", re.DOTALL)
_CALL = re.compile(r"(?<![\w@/.-])@([a-zA-Z0-9][a-zA-Z0-9._-]{0,63})")
_CHANNEL = re.compile(r"(?<![\w~/.-])~([a-z0-9][a-z0-9_-]{0,63})(?![\w~-])")
_IMAGE = re.compile(
    r"!\[([^\[\]]*)\]\((https?://[^\s()]+)(?:[ ]+=[^\s()]*)?(?:[ ]+\"[^\"\n]*\")?\)"
)
_TITLED_LINK = re.compile(r"\[([^\[\]]+)\]\(<?(https?://[^\s()<>]+)>?[ ]+\"[^\"\n]*\"\)")
_ANGLED = re.compile(r"<(https?://[^\s<>]+)>")
_FENCE = re.compile(r"^~~~+", re.MULTILINE)
_EVERYBODY = {"all": "room", "channel": "room", "here": "here"}
_BLANKS = re.compile(r"\s+")


def text_of(post: dict[str, Any], name_of: NameOf) -> str:
    """Return the text of `post`, which can be what its author does: "/me waves" is "*waves*"."""
    body = markdown_of(text(post.get("message")), name_of)
    if post.get("type") != "me":
        return as_text(body)
    doing = (body[1:-1] if len(body) > 2 and body[0] == body[-1] == "*" else body).strip()
    return f"/me {doing}" if doing else ""


def markdown_of(message: str, name_of: NameOf) -> str:
    """Return `message` with the names that people and channels have here."""
    if not message.strip():
        return ""
    message = _FENCE.sub("```", message.replace("\r\n", "\n"))
    parts = _CODE.split(message)  # each second one is code
    parts[::2] = [_outside_code(part, name_of) for part in parts[::2]]
    return "".join(parts).strip("\n")


def _outside_code(part: str, name_of: NameOf) -> str:
    if "](" in part or "<http" in part:
        part = _IMAGE.sub(lambda found: _link(found[1] or "picture", found[2]), part)
        part = _TITLED_LINK.sub(r"[\1](\2)", part)
        part = _ANGLED.sub(r"\1", part)
    if "@" in part:
        part = _CALL.sub(lambda found: _called(found[1], name_of), part)
    if "~" in part:
        part = _CHANNEL.sub(lambda found: _channel(found, name_of), part)
    return part


def _link(label: str, address: str) -> str:
    label = _BLANKS.sub(" ", re.sub(r"[\[\]]", "", label)).strip()
    return f"[{label}]({address})" if label else address


def _called(name: str, name_of: NameOf) -> str:
    """Return a mention of the username that `name` begins with; punctuation may follow it."""
    for end in range(len(name), max(0, len(name) - 4), -1):
        known, rest = name[:end].lower(), name[end:]
        if rest.strip("._-"):
            break
        if here := name_of("@", known) or _EVERYBODY.get(known):
            return f"@{here}{rest}"
    return f"@{name}"


def _channel(found: re.Match[str], name_of: NameOf) -> str:
    here = name_of("~", found[1])
    return f"#{here}" if here else found[0]


def attachments_of(props: dict[str, Any], name_of: NameOf) -> str:
    """Return the attachments of a post, as Slack's have them but in Markdown."""
    shown = (_attachment(each, name_of) for each in mappings(props.get("attachments")))
    return "\n\n".join(filter(None, shown))


def _attachment(attachment: dict[str, Any], name_of: NameOf) -> str:
    def field(name: str) -> str:
        return markdown_of(text(attachment.get(name)), name_of)

    inside = list(filter(None, _inside(attachment, field)))
    quoted = [f"> {line}".rstrip() for each in inside for line in each.split("\n")]
    return "\n".join(filter(None, [field("pretext"), *quoted])) or field("fallback")


def _inside(attachment: dict[str, Any], field: Callable[[str], str]) -> Iterator[str]:
    yield _heading(_one_line(field("author_name")), text(attachment.get("author_link")))
    title = _heading(_one_line(field("title")), text(attachment.get("title_link")))
    yield f"**{title}**" if title and "](" not in title and "*" not in title else title
    yield field("text")
    for each in mappings(attachment.get("fields")):
        title, value = _one_line(text(each.get("title"))), text(each.get("value")).strip()
        yield ": ".join(filter(None, [title, value]))
    yield _address(attachment.get("image_url"))
    yield field("footer")


def _heading(label: str, address: str) -> str:
    return _link(label, address) if label and (address := _address(address)) else label


def _address(value: Any) -> str:
    address = text(value).strip()
    return address if re.fullmatch(r"https?://[^\s()<>]{1,2000}", address) else ""


def _one_line(value: str) -> str:
    return _BLANKS.sub(" ", value).strip()
