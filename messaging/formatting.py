"""A message's body as people type it everywhere, made into HTML once, when it is saved.

CommonMark without raw HTML, images, headings or tables, with strike-through, bare links and
line breaks kept; sanitised afterwards, although nothing unwanted should come that far.
"""

import re
from typing import NamedTuple

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

_TAGS = {
    *("p", "br", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a", "hr"),
    "span",
}
_SCHEMES = {"http", "https", "mailto"}
MENTION = "mention"
# An "@" at the beginning of a word, and all that may belong to the name behind it. Accents that
# are letters of their own are taken along: names are compared without the difference.
_CALL = re.compile(r"(?<![\w@/])@(\w(?:[\w.\-\u0300-\u036f]*[\w\u0300-\u036f])?)")


class Mark(NamedTuple):
    """What is made of a name behind an "@": a link where it has an address."""

    name: str  # as it was typed, without the "@"; the beginning of what `find` was asked for
    whom: str  # the id of a person, "here" or "room"
    address: str = ""


def render_body(body, find=None):
    """Return `body` as sanitised HTML, safe to be put into a page as it is.

    `find` is called at most once, with all words that follow an "@" outside code and links, and
    gives {word: Mark} for those that call somebody.
    """
    return _cleaner.clean(_markdown.render(body, {"find": find}))


def _mark_calls(state):
    """Put a mark around every name that `find` knows. A rule of markdown-it's core chain."""
    find = state.env["find"]
    if find is None:
        return
    parts = [token for token in state.tokens if token.type == "inline"]
    words = {word: None for part in parts for text in _texts(part) for word in _CALL.findall(text)}
    marks = find(list(words)) if words else {}
    if marks:
        for part in parts:
            marked = (_marked(token, depth, marks) for token, depth in _with_depth(part))
            part.children = [token for tokens in marked for token in tokens]


def _texts(part):
    return (token.content for token, depth in _with_depth(part) if _may_call(token, depth))


def _with_depth(part):
    """Give each token of a paragraph, and how many links it stands in."""
    depth = 0
    for token in part.children:
        depth += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        yield token, depth


def _may_call(token, depth):
    # An escaped "@" is a token of its own, so that \@name calls nobody.
    return token.type == "text" and not depth and "@" in token.content


def _marked(token, depth, marks):
    if not _may_call(token, depth):
        return [token]
    tokens, end = [], 0
    for call in _CALL.finditer(token.content):
        mark = marks.get(call[1])
        if mark is not None:
            tokens += [_text(token.content[end : call.start()]), *_mention(mark)]
            end = call.start() + 1 + len(mark.name)
    return [*tokens, _text(token.content[end:])]


def _mention(mark):
    tag = "a" if mark.address else "span"
    attributes = {"class": MENTION, "data-mention": mark.whom}
    if mark.address:
        attributes["href"] = mark.address
    opening = Token("mention_open", tag, 1, attrs=attributes)
    return [opening, _text(f"@{mark.name}"), Token("mention_close", tag, -1)]


def _text(content):
    return Token("text", "", 0, content=content)


_markdown = MarkdownIt(
    "zero", {"breaks": True, "linkify": True, "html": False, "maxNesting": 20}
).enable(
    [
        "backticks", "balance_pairs", "blockquote", "code", "emphasis", "escape", "fence",
        "fragments_join", "linkify", "link", "list", "newline", "strikethrough",
    ]
)  # fmt: skip
_markdown.linkify.set({"fuzzy_email": False})
_markdown.core.ruler.before("text_join", "calls", _mark_calls)
_cleaner = nh3.Cleaner(
    tags=_TAGS,
    attributes={"a": {"href", "data-mention"}, "span": {"data-mention"}, "ol": {"start"}},
    allowed_classes={"a": {MENTION}, "span": {MENTION}},
    url_schemes=_SCHEMES,
    link_rel="nofollow noopener noreferrer ugc",
)
