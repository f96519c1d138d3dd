"""The HTML of Campfire's editor (Trix) as Markdown: the few elements that it writes."""

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PreformattedString, Tag

from messaging.commands.parsing import as_text

MAX_HTML = 400_000  # characters
MAX_DEPTH = 60
_SIGNS = {"strong": "**", "b": "**", "em": "*", "i": "*", "del": "~~", "s": "~~", "strike": "~~"}
_BLOCKS = {"div", "p", "figure", "h1", "h2", "h3", "h4", "ul", "ol", "blockquote", "pre", "li"}
_LEFT_OUT = {"script", "style", "template", "figcaption", "head", "title"}
_EMPTY_LINES = re.compile(r"\n{3,}")
_WEB = re.compile(r"https?://[^\s<>()]+")


def markdown_of(html: str) -> str:
    """Return the text of a message as Markdown; "" if it has none.

    Mentions are signed ids that only Campfire can read: they come by the name that is shown.
    """
    soup = BeautifulSoup(html[:MAX_HTML], "html.parser")
    text = "".join(_parts(soup, 0))
    lines = "\n".join(line.rstrip() for line in text.split("\n"))
    return as_text(_EMPTY_LINES.sub("\n\n", lines).strip("\n").strip())


def _parts(element: Tag, depth: int) -> Iterator[str]:
    for child in element.children:
        if isinstance(child, PreformattedString):  # a comment, a declaration
            continue
        if isinstance(child, NavigableString):
            yield re.sub(r"\s+", " ", str(child))
        elif isinstance(child, Tag) and child.name not in _LEFT_OUT:
            yield child.get_text() if depth > MAX_DEPTH else "".join(_element(child, depth + 1))


def _element(tag: Tag, depth: int) -> Iterator[str]:
    name = tag.name
    if name == "br":
        yield "\n"
    elif name == "pre":
        yield f"\n```\n{tag.get_text().strip(chr(10))}\n```\n"
    elif name == "code":
        yield f"`{tag.get_text()}`"
    elif name == "action-text-attachment":
        yield _attached(tag)
    elif name == "a":
        yield _link(tag, "".join(_parts(tag, depth)))
    elif name in _SIGNS:
        yield _signed("".join(_parts(tag, depth)), _SIGNS[name])
    elif name == "blockquote":
        inner = "".join(_parts(tag, depth)).strip()
        yield "\n> " + inner.replace("\n", "\n> ") + "\n"
    elif name == "li":
        yield "\n" + _entry(tag, "".join(_parts(tag, depth)).strip())
    elif name in ("h1", "h2", "h3", "h4"):
        yield "\n# " + " ".join("".join(_parts(tag, depth)).split()) + "\n"
    else:
        inner = "".join(_parts(tag, depth))
        yield f"\n{inner.strip(' ')}\n" if name in _BLOCKS else inner


def _entry(tag: Tag, text: str) -> str:
    inner = text.replace("\n", "\n  ")
    if tag.parent is not None and tag.parent.name == "ol":
        number = 1 + sum(1 for _each in tag.find_previous_siblings("li"))
        return f"{number}. {inner}"
    return f"- {inner}"


def _attached(tag: Tag) -> str:
    """Return what stands for a mention or another attachment: its name."""
    name = " ".join(tag.get_text().split()).removeprefix("@")
    if name and "mention" in str(tag.get("content-type") or ""):
        return f"@{name}"
    address = str(tag.get("href") or tag.get("url") or "")
    return address if _WEB.fullmatch(address) else name


def _link(tag: Tag, text: str) -> str:
    address = str(tag.get("href") or "")
    label = " ".join(text.split())
    if not _WEB.fullmatch(address) or label in ("", address):
        return address if _WEB.fullmatch(address) else text
    return f"[{label}]({address})" if not set("[]") & set(label) else f"{label} {address}"


def _signed(text: str, sign: str) -> str:
    """Return `text` between signs, line by line; the spaces around it stay outside."""
    found = re.fullmatch(r"(\s*)(.*?)(\s*)", text, re.DOTALL)
    if found is None or not found[2]:
        return text
    inner = "\n".join(
        f"{sign}{line}{sign}" if line.strip() else line for line in found[2].split("\n")
    )
    return f"{found[1]}{inner}{found[3]}"
