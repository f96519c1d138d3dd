r"""Render the body of a message as HTML, once, when it is saved.

Text stays as it was typed, including line breaks and spaces, except for these marks.

- `**bold**`, `*italic*`, `_italic_` and `~~struck~~`, around whole words of one line. Signs inside
  words are signs: snake_case_names, __init__, 5*3*2=30, *.txt.
- Code between one, two or three backticks in a line. Three backticks can span lines; everything
  between them is code, and without the closing three there is no code.
- Lines that begin with "> " are quoted; mentions do not work there. ">:(" and ">>> 1" are text.
- Lines that begin with "- " or "* " are a list, whose entries can be nested. "- [ ] " and "- [x] "
  are tasks. Numbers are text: "1986. What a year" keeps its number.
- Lines that begin with one to four "#" and a space are headings: #1 and #room are text.
- Lines with "|" are a table if the second one is like "| --- | --- |" and there is a third.
- Addresses that begin with http://, https:// or www., and mail addresses, are links, shown
  as they were typed. [Words](https://example.com) have a link too.
- @name, @here and @room mention people; a name is a username or a display name. #name is a link to
  an open room.

`:tada:` is the emoji of that name; 10:30:45 is not. A message of emoji alone is shown large.

"/me waves" is an action: the name of its author stands before "waves". It has no blocks, such as
lists. A space before a slash makes it text, and is not shown.

There are no rules, images, footnotes, escapes or entities, and no HTML. A backslash is a backslash,
except in \| within a table. Every word is shown, except the address after [words].

The running time and the length of the HTML are linear in the length of the body: each rule reads
a character a bounded number of times, and nothing nests deeply. A body with more than MAX_MARKS
marks, or whose HTML would be too long, is shown as plain text.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import nh3

from core.emoji.table import is_only_emoji

from ..commands.parsing import action_in, shown
from . import blocks, inlines
from .drawing import ACTION, EMOJI, MENTION, SIDES, TABLE, TASK, Drawing
from .tokens import Token, is_visible

MAX_MARKS = 1_000
LONGEST_OF_EMOJI = 2_000  # letters of a body, codes included, that may be nothing but emoji
# Limits of the HTML: characters per character of the body, and a minimum for short bodies.
HTML_A_LETTER, HTML_AT_LEAST = 5, 2_000

_TAGS = {
    *("a", "blockquote", "br", "code", "em", "li", "p", "pre", "s", "span", "strong", "ul"),
    *("div", "h3", "h4", "h5", "h6", "table", "tbody", "td", "th", "thead", "tr"),
}
_SCHEMES = {"http", "https", "mailto"}
_EMPTY_LINK = re.compile(r"\[([^\[\]\w]*+)\]\([^\s()]*+\)")
SIGNS_OF_NAMES = re.compile("[@＠#＃]")  # Japanese keyboards type the full-width ones
# A link whose address the sanitiser rejected.
_LOST_ADDRESS = re.compile(r"<a(?![^>]*\shref=)")
_LINE_FEED = Token("text", "\n")
_ACTION = re.compile(rf'<em\sclass="{ACTION}">')
_SIGNS = set("*_~`[]()>-|")
_BARE_MARKS = re.compile(r"^(?:[ \t]*[>*-](?=\s|\Z))+", re.MULTILINE)


class Mark(NamedTuple):
    """What replaces a name after an "@" or "#": a mention or a link, or both."""

    name: str  # as typed, without the sign; a prefix of the phrase passed to `find`
    whom: str  # the id of a user, "here" or "room"; "" for a link to a room
    address: str = ""


type Find = Callable[[list[str]], Mapping[str, Mark]]


def render_body(body: str, find: Find | None = None) -> str:
    """Return `body` as sanitised HTML that is safe to include in a page.

    `find` is called at most once, with the phrases that follow an "@" outside code, links and
    quotations, and those that follow a "#", with the "#". A phrase goes on after the name, up to 80
    characters or the next sign. `find` returns {phrase: Mark} for those that begin with a name.
    """
    if not body:  # of a message with files only
        return ""
    drawing = _drawn(body, find)
    longest = HTML_AT_LEAST + HTML_A_LETTER * len(body)
    html = _cleaner.clean(drawing.html()) if drawing.marks <= MAX_MARKS else ""
    if not html or len(html) > longest or _LOST_ADDRESS.search(html):
        drawing = Drawing()
        action = action_in(body)
        if action is None:
            drawing.add_plainly(shown(body).split("\n"))
        else:
            drawing.add_action(action.split("\n"), is_plain=True)
        html = _cleaner.clean(drawing.html())
    return html


def is_action(html: str) -> bool:
    """Return True if the `html` of a message is that of an action, such as "/me waves"."""
    return _ACTION.match(html) is not None


def has_code(html: str) -> bool:
    """Return True if the `html` of a message has a block of code."""
    return "<pre" in html


def shows_nothing(body: str) -> bool:
    """Return True if `body` renders nothing visible: only marks or invisible characters."""
    seen = _BARE_MARKS.sub("", _EMPTY_LINK.sub("", body))
    if any(letter not in _SIGNS and is_visible(letter) for letter in seen):
        return False  # visible text is always shown
    is_blank = not any(map(is_visible, seen))
    return is_blank or not any(map(is_visible, _drawn(body, find=None).text()))


def _drawn(body: str, find: Find | None) -> Drawing:
    """Return the Drawing of `body`."""
    action = action_in(body)
    lines = [] if action is None else action.split("\n")
    parts = [blocks.Text(lines)] if lines else blocks.read(shown(body))
    phrases = list(dict.fromkeys(_phrases_in(parts))) if find else []
    drawing = Drawing(find(phrases) if find and phrases else {})
    emoji = "" if lines else _emoji_in(parts)
    if lines:
        drawing.add_action(lines)
    elif emoji:
        drawing.add_emoji(emoji.split("\n"))
    else:
        drawing.add_blocks(parts)
    return drawing


def _emoji_in(parts: list[Any]) -> str:
    """Return the text if it is one paragraph of nothing but emoji."""
    if len(parts) != 1 or not isinstance(parts[0], blocks.Text):
        return ""
    lines = parts[0].lines
    if sum(map(len, lines)) > LONGEST_OF_EMOJI:
        return ""
    tokens = [token for line in lines for token in [*inlines.read(line, {}), _LINE_FEED]][:-1]
    text = "".join(token.text for token in tokens)
    is_plain = all(token.kind in ("text", "emoji") for token in tokens)
    return text if is_plain and is_only_emoji(text) else ""


def _phrases_in(parts: Iterable[Any]) -> Iterator[str]:
    for part in parts:
        match part:
            case blocks.Text(lines):
                yield from _phrases_of(lines)
            case blocks.Heading(_level, line):
                yield from _phrases_of([line])
            case blocks.Table(rows, _sides):
                yield from _phrases_of(cell for row in rows for cell in row)
            case blocks.Listing(entries):
                yield from _phrases_of(line for _level, line in entries)


def _phrases_of(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        if SIGNS_OF_NAMES.search(line):
            yield from (token.value for token in inlines.read(line) if token.kind == "call")


_cleaner = nh3.Cleaner(
    tags=_TAGS,
    attributes={"a": {"href", "data-mention", "dir"}, "span": {"data-mention", "dir"}},
    allowed_classes={
        **{"a": {MENTION}, "span": {MENTION}, "p": {EMOJI}, "li": {TASK}, "div": {TABLE}},
        **{"em": {ACTION}},
        **{"th": set(SIDES.values()), "td": set(SIDES.values())},
    },
    url_schemes=_SCHEMES,
    link_rel="nofollow noopener noreferrer ugc",
)
