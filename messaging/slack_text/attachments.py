"""Slack's older attachments, which most programs still send, as Markdown.

See https://docs.slack.dev/legacy/legacy-messaging/legacy-secondary-message-attachments.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from .block_kit import CUT, blocks_to_markdown, link_to
from .mrkdwn import NameOf, date, plain_text, storable, text_to_markdown
from .values import mappings

MAX_ATTACHMENTS = 100


def attachments_to_markdown(attachments: Any, name_of: NameOf | None = None, said: str = "") -> str:
    """Return the Markdown of the first MAX_ATTACHMENTS of `attachments`.

    Those that Slack made of a link in the text, which is `said`, are left out.
    """
    found = [entry for entry in mappings(attachments) if not _is_preview(entry, said)]
    texts = [_attachment(entry, name_of) for entry in found[:MAX_ATTACHMENTS]]
    texts.append(CUT if len(found) > MAX_ATTACHMENTS else "")
    return "\n\n".join(text for text in texts if text.strip())


def _is_preview(attachment: Mapping[str, Any], said: str) -> bool:
    """Return True if it repeats what is behind a link of the text."""
    address = attachment.get("original_url") or attachment.get("from_url")
    is_message = attachment.get("is_share") or attachment.get("is_msg_unfurl")
    return isinstance(address, str) and bool(address) and address in said and not is_message


def _attachment(attachment: Mapping[str, Any], name_of: NameOf | None) -> str:
    lines = [line for line in _lines(attachment, name_of) if line.strip()]
    blocks = blocks_to_markdown(attachment.get("blocks"), name_of)
    if not lines and not blocks:
        return text_to_markdown(attachment.get("fallback"), name_of)
    return "\n\n".join(filter(None, ["\n".join(lines), blocks]))


def _lines(attachment: Mapping[str, Any], name_of: NameOf | None) -> Iterator[str]:
    yield text_to_markdown(attachment.get("pretext"), name_of)
    yield link_to(attachment.get("author_link"), _line(attachment.get("author_name")))
    yield _title(attachment, name_of)
    yield text_to_markdown(attachment.get("text"), name_of)
    for field in mappings(attachment.get("fields")):
        yield _field(field, name_of)
    yield link_to(attachment.get("image_url"))
    actions = mappings(attachment.get("actions"))
    buttons = [link_to(each["url"], _line(each.get("text"))) for each in actions if each.get("url")]
    yield " · ".join(filter(None, buttons))
    at = date(attachment["ts"]) if attachment.get("ts") else ""
    yield " · ".join(filter(None, [text_to_markdown(attachment.get("footer"), name_of), at]))


def _title(attachment: Mapping[str, Any], name_of: NameOf | None) -> str:
    if attachment.get("title_link"):
        return _bold(link_to(attachment["title_link"], _line(attachment.get("title"))))
    return _bold(text_to_markdown(attachment.get("title"), name_of))


def _field(field: Mapping[str, Any], name_of: NameOf | None) -> str:
    title = _line(field.get("title"))
    value = text_to_markdown(field.get("value"), name_of)
    if not title or not value:
        return _bold(title) or value
    if "\n" in value:
        return f"{_bold(title)}\n{value}"
    return f"{_bold(title if title.endswith(':') else f'{title}:')} {value}"


def _line(text: Any) -> str:
    return " ".join(plain_text(storable(text)).split())


def _bold(text: str) -> str:
    """Return `text` in bold, if it is one line without signs of its own."""
    is_plain = text and not {"\n", "*", "`"} & {*text} and any(map(str.isalnum, text))
    return f"**{text}**" if is_plain else text
