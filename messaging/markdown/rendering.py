"""A message's body as people type it in a chat, made into HTML once, when it is saved.

A chat is no document: what is typed stays as it was typed, line breaks and spaces too, but for
these few marks.

- `**bold**`, `*italic*`, `_italic_` and `~~struck~~`, around whole words of one line. Signs inside
  words are signs: snake_case_names, __init__, 5*3*2=30, *.txt.
- Code between one, two or three backticks in a line. Three backticks may span lines; all that
  stands between them is code, and without the second three there is none.
- Lines that begin with "> " are quoted; there, nobody is mentioned. ">:(" and ">>> 1" are text.
- Lines that begin with "- " or "* " are a list, whose entries may stand under one another.
  Numbers are text: "1986. What a year" keeps its number.
- Addresses that begin with http://, https:// or www., and mail addresses, are links, shown
  as they were typed. [Words](https://example.com) have a link too.
- @name, @here and @room mention people.

There are no headings, rules, images, tables, footnotes, escapes or entities, and no HTML. A
backslash is a backslash. Every word that is typed is shown, the address behind [words] excepted.

The time and the length of the HTML grow with the length of the body only: no rule reads a letter
more than a few times, nothing nests deeply, and a body of more than MAX_MARKS marks, or whose
HTML would be too long, is shown as plain text.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import nh3

from . import blocks, inlines
from .drawing import MENTION, Drawing
from .tokens import is_visible

MAX_MARKS = 1_000
# Most letters of HTML: per letter of the body, and at least, so that short bodies fit.
HTML_A_LETTER, HTML_AT_LEAST = 5, 2_000

_TAGS = {
    *("a", "blockquote", "br", "code", "em", "li", "p", "pre", "s", "span", "strong", "ul"),
}
_SCHEMES = {"http", "https", "mailto"}
_EMPTY_LINK = re.compile(r"\[([^\[\]\w]*+)\]\([^\s()]*+\)")
AT = re.compile("[@＠]")  # Japanese keyboards type the wide one
# A link whose address the sanitiser did not take.
_LOST_ADDRESS = re.compile(r"<a(?![^>]*\shref=)")
_SIGNS = set("*_~`[]()>-")
_BARE_MARKS = re.compile(r"^(?:[ \t]*[>*-](?=\s|\Z))+", re.MULTILINE)


class Mark(NamedTuple):
    """What is made of a name behind an "@": a link where it has an address."""

    name: str  # as it was typed, without the "@"; the beginning of what `find` was asked for
    whom: str  # the id of a person, "here" or "room"
    address: str = ""


type Find = Callable[[list[str]], Mapping[str, Mark]]


def render_body(body: str, find: Find | None = None) -> str:
    """Return `body` as sanitised HTML, safe to be put into a page as it is.

    `find` is called at most once, with all words that follow an "@" outside code, links and
    quotations, and gives {word: Mark} for those that call somebody.
    """
    drawing = _drawn(body, find)
    longest = HTML_AT_LEAST + HTML_A_LETTER * len(body)
    html = _cleaner.clean(drawing.html()) if drawing.marks <= MAX_MARKS else ""
    if not html or len(html) > longest or _LOST_ADDRESS.search(html):
        drawing = Drawing()
        drawing.add_plainly(body.split("\n"))
        html = _cleaner.clean(drawing.html())
    return html


def shows_nothing(body: str) -> bool:
    """Return True if nothing could be seen of `body`: marks without words, invisible letters."""
    seen = _BARE_MARKS.sub("", _EMPTY_LINK.sub("", body))
    if any(letter not in _SIGNS and is_visible(letter) for letter in seen):
        return False  # everything but signs is shown
    is_blank = not any(map(is_visible, seen))
    return is_blank or not any(map(is_visible, _drawn(body, find=None).text()))


def _drawn(body: str, find: Find | None) -> Drawing:
    """Return the Drawing of what is made of `body`."""
    parts = blocks.read(body)
    words = list(dict.fromkeys(_words_behind_at(parts))) if find else []
    drawing = Drawing(find(words) if find and words else {})
    drawing.add_blocks(parts)
    return drawing


def _words_behind_at(parts: Iterable[Any]) -> Iterator[str]:
    for part in parts:
        match part:
            case blocks.Text(lines):
                yield from _words_in(lines)
            case blocks.Listing(entries):
                yield from _words_in(line for _level, line in entries)


def _words_in(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        if AT.search(line):
            yield from (token.value for token in inlines.read(line) if token.kind == "call")


_cleaner = nh3.Cleaner(
    tags=_TAGS,
    attributes={"a": {"href", "data-mention", "dir"}, "span": {"data-mention", "dir"}},
    allowed_classes={"a": {MENTION}, "span": {MENTION}},
    url_schemes=_SCHEMES,
    link_rel="nofollow noopener noreferrer ugc",
)
