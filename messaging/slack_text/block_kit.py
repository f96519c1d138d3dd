"""Slack's Block Kit as Markdown (https://docs.slack.dev/reference/block-kit/blocks)."""

from collections.abc import Iterator, Mapping
from typing import Any

from .mrkdwn import NameOf, plain_text, storable, text_to_markdown
from .pieces import joined, link
from .rich_text import rich_text, table
from .values import entries, mappings

MAX_BLOCKS = 100
_DEEPEST = 5  # levels of an unknown block in which text is looked for
CUT = "…"


def blocks_to_markdown(blocks: Any, name_of: NameOf | None = None) -> str:
    """Return the Markdown of the first MAX_BLOCKS of `blocks`."""
    found = mappings(blocks)
    texts = [_block(block, name_of) for block in found[:MAX_BLOCKS]]
    texts.append(CUT if len(found) > MAX_BLOCKS else "")
    return "\n\n".join(text for text in texts if text.strip())


def text_of(value: Any, name_of: NameOf | None = None) -> str:
    """Return the Markdown of a text object, or of a text in its place."""
    if not isinstance(value, Mapping):
        return text_to_markdown(value, name_of)
    if value.get("type") == "plain_text":
        return plain_text(value.get("text")).strip()
    return text_to_markdown(value.get("text"), name_of)


def link_to(address: Any, label: str = "") -> str:
    """Return a link to `address`, or only `label` if there is none."""
    address = storable(address)
    return joined(link(address, label)) if address else label


def _block(block: Mapping[str, Any], name_of: NameOf | None) -> str:
    match block.get("type"):
        case "header":
            title = " ".join(text_of(block.get("text"), name_of).split())
            return f"## {title}" if title else ""
        case "section":
            return "\n".join(_lines_of_section(block, name_of))
        case "context":
            return _side_by_side(_texts_and_pictures(block, name_of), " ")
        case "actions" | "context_actions":
            return _side_by_side(map(_button, mappings(block.get("elements"))), " · ")
        case "image":
            return _picture(block)
        case "video":
            return "\n".join(_lines_of_video(block, name_of))
        case "rich_text":
            return rich_text(block, name_of)
        case "table":
            return table(block, name_of)
        case "markdown":
            return storable(block.get("text")).strip()
        case "divider":
            return ""
    return _side_by_side(_texts_in(block, name_of, _DEEPEST), "\n")


def _side_by_side(texts: Iterator[str], between: str) -> str:
    return between.join(text for text in texts if text.strip())


def _lines_of_section(block: Mapping[str, Any], name_of: NameOf | None) -> Iterator[str]:
    texts = [block.get("text"), *entries(block.get("fields"))]
    yield from filter(None, (text_of(text, name_of) for text in texts))
    accessory = block.get("accessory")
    if isinstance(accessory, Mapping):
        is_picture = accessory.get("type") == "image"
        yield from filter(None, [_picture(accessory) if is_picture else _button(accessory)])


def _lines_of_video(block: Mapping[str, Any], name_of: NameOf | None) -> Iterator[str]:
    address = block.get("title_url") or block.get("video_url")
    yield from filter(None, [link_to(address, _label(block.get("title")))])
    yield from filter(None, [text_of(block.get("description"), name_of)])


def _texts_and_pictures(block: Mapping[str, Any], name_of: NameOf | None) -> Iterator[str]:
    for element in mappings(block.get("elements")):
        yield _picture(element) if element.get("type") == "image" else text_of(element, name_of)


def _picture(block: Mapping[str, Any]) -> str:
    label = _label(block.get("alt_text")) or _label(block.get("title"))
    return link_to(block.get("image_url"), label)


def _button(element: Mapping[str, Any]) -> str:
    """Return the link of a button that has one: the others do nothing here."""
    return link_to(element["url"], _label(element.get("text"))) if element.get("url") else ""


def _label(value: Any) -> str:
    text = value.get("text") if isinstance(value, Mapping) else value
    return " ".join(plain_text(text).split())


def _texts_in(value: Any, name_of: NameOf | None, levels: int) -> Iterator[str]:
    """Yield the texts of a block that is not known, wherever they are."""
    if isinstance(value, list):
        for entry in entries(value):
            yield from _texts_in(entry, name_of, levels)
    elif isinstance(value, Mapping) and levels:
        text = value.get("text")
        if isinstance(text, str):
            yield text_of(value, name_of)
        for name, part in value.items():
            if name != "text" or not isinstance(text, str):
                yield from _texts_in(part, name_of, levels - 1)
