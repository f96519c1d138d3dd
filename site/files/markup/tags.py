"""The tags of a page, in time proportional to its length, whatever is in it.

The tokenizer of the HTML standard (13.2.5), as far as heads need it. `html.parser` takes the square
of the length for `<!--<!--<!--` and the like before Python 3.13.6: minutes for half a megabyte.
What begins and does not end, such as a comment, ends with the page; nothing is searched for twice.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

# Their contents are text, up to their end tag.
TEXT_ONLY = {"title", "textarea", "style", "script", "xmp", "iframe", "noembed", "noframes"}
_FOREIGN = {"svg", "math"}  # in which no element is text only
_MAX_ATTRIBUTES = 50  # that are kept of a tag

_START = re.compile(r"<(?=[a-zA-Z/!?])")
_COMMENT_END = re.compile(r"--!?>")
_NAME = re.compile(r"[a-zA-Z][^\s/>]*")
_SKIPPED = re.compile(r"[\s/]*")
_ATTRIBUTE = re.compile(r"=?[^\s/>=]*")
_EQUALS = re.compile(r"\s*=\s*")
_UNQUOTED = re.compile(r"[^\s>]*")


class Tag(NamedTuple):
    """`text` is what a text-only element contains; entities are as they were written."""

    name: str
    attributes: dict[str, str]
    text: str = ""
    is_end: bool = False
    is_closed: bool = False  # ends in "/>"


def tags(html: str) -> Iterator[Tag]:
    """Yield the tags of `html` in their order; names are lower-case."""
    lower = html.lower() if len(html.lower()) == len(html) else _lower(html)
    foreign = ""
    place = 0
    while start := _START.search(html, place):
        place = start.end()
        is_end = html[place] == "/"
        name = _NAME.match(html, place + is_end)
        if name is None:
            place = _after_comment(html, place)
            if place < 0:
                return
            continue
        tag, place = _tag(html, name[0].lower(), is_end, name.end())
        if tag is None:
            return
        if tag.name in _FOREIGN and not tag.is_closed:
            foreign = "" if is_end else foreign or tag.name
        elif tag.name in TEXT_ONLY and not is_end and not foreign:
            end = _end_tag(lower, tag.name, place)
            tag = tag._replace(text=html[place:end])
            place = end
        yield tag


def _lower(html: str) -> str:
    """Return `html` in lower case and of the same length, which some letters would change."""
    return "".join(letter.lower() if letter.isascii() else letter for letter in html)


def _tag(html: str, name: str, is_end: bool, place: int) -> tuple[Tag | None, int]:
    """Return the tag whose name ends at `place`, and where it ends; None if it does not."""
    attributes: dict[str, str] = {}
    while True:
        skipped = _SKIPPED.match(html, place)
        assert skipped  # it matches nothing, too
        place = skipped.end()
        if place >= len(html):
            return None, place
        if html[place] == ">":
            is_closed = html[place - 1] == "/"
            return Tag(name, attributes, "", is_end, is_closed), place + 1
        key, value, place = _attribute(html, place)
        if place < 0:
            return None, place
        if len(attributes) < _MAX_ATTRIBUTES:
            attributes.setdefault(key.lower(), value)


def _attribute(html: str, place: int) -> tuple[str, str, int]:
    """Return the name and the value of the attribute at `place`, and where it ends, -1 if never."""
    key = _ATTRIBUTE.match(html, place)
    assert key
    equals = _EQUALS.match(html, key.end())
    if equals is None:
        return key[0], "", key.end()
    place = equals.end()
    quote = html[place : place + 1]
    if quote in ("'", '"'):
        end = html.find(quote, place + 1)
        return key[0], html[place + 1 : end], end + 1 if end >= 0 else -1
    value = _UNQUOTED.match(html, place)
    assert value
    return key[0], value[0], value.end()


def _after_comment(html: str, place: int) -> int:
    """Return where ends what begins with "<!", "<?" or "</" before `place`, -1 if never."""
    if not html.startswith("!--", place):
        return html.find(">", place)
    if html.startswith((">", "->"), place + 3):
        return place + 3
    end = _COMMENT_END.search(html, place + 3)
    return end.end() if end else -1


def _end_tag(lower: str, name: str, place: int) -> int:
    """Return where the end tag of the text-only element begins, or where the page ends."""
    end = re.compile(rf"</{name}(?=[\s/>])").search(lower, place)
    return end.start() if end else len(lower)
