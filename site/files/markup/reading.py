"""Read what the head of a page says. Only the child process imports this."""

from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any, BinaryIO

from files.markup.charsets import decoded
from files.markup.tags import Tag, tags
from files.markup.text import MAX_DESCRIPTION, MAX_SITE, MAX_TITLE, cleaned

MAX_BYTES = 512 * 1024
MAX_IMAGES = 4
_MAX_RAW = 20_000  # characters of a text before it is cleaned
_MAX_ADDRESS = 2_000
# What each is taken from, the best first.
_TITLES = ("og:title", "twitter:title")
_DESCRIPTIONS = ("og:description", "twitter:description", "description")
_IMAGES = ("og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src")
_SITES = ("og:site_name",)
_NOT_IN_ADDRESSES = dict.fromkeys(map(ord, "\t\r\n"))
_KNOWN = {*_TITLES, *_DESCRIPTIONS, *_IMAGES, *_SITES}
_ASIDE = {"svg", "math", "template"}  # a title in them is not the page's
_FOREIGN = {"svg", "math"}  # closed by "/>"


def read(source: BinaryIO, charset: str) -> dict[str, Any]:
    """Return the texts of the page, cleaned and cut, its base and the addresses of pictures."""
    said: dict[str, list[str]] = {}
    for tag in _of_page(decoded(source.read(MAX_BYTES), charset)):
        if tag.name == "title":
            said.setdefault("title", []).append(tag.text)
        elif tag.name == "base":
            said.setdefault("base", []).append(tag.attributes.get("href", ""))
        elif tag.name == "meta":
            name = _name_of(tag.attributes)
            if name in _KNOWN and len(said.setdefault(name, [])) < MAX_IMAGES:
                said[name].append(tag.attributes.get("content", ""))
    return {
        "title": _first(said, (*_TITLES, "title"), MAX_TITLE),
        "description": _first(said, _DESCRIPTIONS, MAX_DESCRIPTION),
        "site": _first(said, _SITES, MAX_SITE),
        "base": _address(said.get("base", [""])[0]),
        "images": _addresses(said),
    }


def _of_page(html: str) -> Iterator[Tag]:
    """Yield the tags of the head that say something of the page."""
    depth = dict.fromkeys(_ASIDE, 0)
    for tag in tags(html):
        if tag.name in _ASIDE:
            if tag.is_end:
                depth[tag.name] = max(0, depth[tag.name] - 1)
            elif not (tag.is_closed and tag.name in _FOREIGN):
                depth[tag.name] += 1
        elif not any(depth.values()):
            if (tag.name == "head" and tag.is_end) or tag.name == "body":
                return
            if not tag.is_end:
                yield tag


def _name_of(attributes: Mapping[str, str]) -> str:
    name = attributes.get("property") or attributes.get("name") or ""
    return _unescaped(name[:100]).strip().lower()


def _first(said: Mapping[str, list[str]], names: tuple[str, ...], most: int) -> str:
    """Return the first text of `names` in which something is seen."""
    for name in names:
        for raw in said.get(name, []):
            text = cleaned(_unescaped(" ".join(raw[:_MAX_RAW].split())), most)
            if text:
                return text
    return ""


def _addresses(said: Mapping[str, list[str]]) -> list[str]:
    found = [_address(raw) for name in _IMAGES for raw in said.get(name, [])]
    return list(dict.fromkeys(filter(None, found)))[:MAX_IMAGES]


def _address(raw: str) -> str:
    address = _unescaped(raw[: 4 * _MAX_ADDRESS]).translate(_NOT_IN_ADDRESSES).strip()
    is_short = len(address) <= _MAX_ADDRESS and not address.lower().startswith("data:")
    return address if is_short else ""


def _unescaped(text: str) -> str:
    """Return `text` with its entities as letters."""
    try:
        return unescape(text)
    except ValueError:  # a number of thousands of digits
        return text
