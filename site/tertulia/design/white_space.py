"""Removes line breaks and indentation that are invisible in a browser from templates.

Templates are formatted for people. White space that contains a line break is removed
- next to a block element, the `>` of a tag or the beginning of the file,
- after other white space, whichever branch of an {% if %} or {% for %} precedes it.
Elsewhere it becomes one space, because it may separate two words. White space within a line is not
changed, and neither is anything in <pre>, <textarea>, <code> and <script>, in the value of an
attribute other than class, in an HTML comment and in {% blocktranslate %} and {% verbatim %}.
"""

import re
from dataclasses import dataclass, field

from django.template.base import TokenType


def _names(text):
    return frozenset(text.split())


# HTML, 15.3 (rendering): white space at the edges of these is not shown.
# htmx removes hx-upsert.
BLOCKS = _names(
    "address article aside base blockquote body br caption center col colgroup dd details "
    "dialog dir div dl dt fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 "
    "h5 h6 head header hgroup hr html hx-upsert legend li link listing main menu meta nav ol "
    "optgroup option p search section summary table tbody td tfoot th thead title tr ul"
)
# Inline elements, but white space at the edges of their content is not shown.
BOXES = frozenset({"button", "select", "style"})
KEPT = _names("code listing plaintext pre script textarea xmp")
# Template tags without visible output.
SILENT = _names(
    "also autoescape csrf_token endautoescape endremembered endwith extends file_limits "
    "get_available_languages get_current_language get_current_language_bidi get_current_timezone "
    "get_language_info get_language_info_list get_media_prefix get_static_prefix load regroup "
    "remembered resetcycle with"
)
MAY_BE_SILENT = _names("querystring static trans translate url")  # {% url … as x %}
WRITE_BLOCKS = frozenset({"render_message", "render_run"})
OPAQUE = {name: f"end{name}" for name in ("blocktranslate", "blocktrans", "comment", "verbatim")}
BRANCHES = {"if": {"elif", "else"}, "for": {"empty"}}

_IN_TEXT = re.compile(r"<!--|</?[a-zA-Z][^\s/>]*|\s+|[^<\s]+|<")
_IN_TAG = re.compile(r"\s+|>|[\"']|[^\s>\"']+")
_IN_CLASS = re.compile(r"\s+|[\"']|[^\s\"']+")


@dataclass(slots=True)
class Piece:
    """A part of a text; white space directly before or after it may be invisible."""

    text: str
    hides_before: bool = False
    hides_after: bool = False
    is_break: bool = False  # white space with a line break, which may be removed
    is_blank: bool = False
    is_hidden: bool = False  # by the piece after it


@dataclass(slots=True)
class Branches:
    """The branches of one {% if %} or {% for %}."""

    kind: str
    parts: list = field(default_factory=lambda: [[]])
    is_complete: bool = False  # one of the parts is always rendered


def compact(tokens):
    """Remove invisible white space from the TEXT tokens of an HTML template, in place."""
    scanner, texts = Scanner(), {}
    trees = _trees_of(tokens, lambda token: texts.setdefault(id(token), scanner.pieces_of(token)))
    for tree in trees:
        _look_ahead(tree, hides=False)
        _look_back(tree, is_hidden=tree is trees[0], changes=True)
    for token in tokens:
        if id(token) in texts:
            token.contents = "".join(piece.text for piece in texts[id(token)])


class Scanner:
    """Splits the texts of one template into Pieces; keeps its state in a tag between texts."""

    def __init__(self):
        self._name = None  # of the open tag
        self._quote = None  # of the open attribute value
        self._is_class = False  # True if the last token in the tag was `class=`
        self._end = None  # pattern that ends a comment, or an element with unchanged content

    def pieces_of(self, token):
        text, position, pieces = token.contents, 0, []
        while position < len(text):
            piece = self._next(text, position)
            pieces.append(piece)
            position += len(piece.text)
        return pieces

    def _next(self, text, position):
        if self._end:
            return self._kept(text, position)
        if self._quote:
            return self._in_value(text, position)
        found = (_IN_TAG if self._name else _IN_TEXT).match(text, position)[0]
        if found.isspace():
            return _blank(found)
        return self._in_tag(found) if self._name else self._in_text(found)

    def _in_value(self, text, position):
        if self._is_class:
            found = _IN_CLASS.match(text, position)[0]
            if found.isspace():
                return _blank(found)
        else:
            end = text.find(self._quote, position)
            found = text[position:] if end < 0 else text[position : end + 1]
        if found[-1] == self._quote:
            self._quote = None
        return Piece(found)

    def _kept(self, text, position):
        end = self._end.search(text, position)
        if end is None:
            return Piece(text[position:])
        self._end = None
        if end.start() > position:
            return Piece(text[position : end.start()])
        return self._next(text, position)

    def _in_text(self, found):
        if found == "<!--":
            self._end = re.compile("-->")
        elif len(found) > 1 and found[0] == "<":
            self._name = found[1:].lower()
            is_box = self._name[0] == "/" and self._name[1:] in BOXES
            return Piece(found, hides_before=is_box or self._name.lstrip("/") in BLOCKS)
        return Piece(found)

    def _in_tag(self, found):
        if found == ">":
            name, self._name = self._name, None
            if name in KEPT:
                self._end = re.compile(rf"</{name}\b", re.IGNORECASE)
            hides_after = name in BOXES or name.lstrip("/") in BLOCKS
            return Piece(found, hides_before=True, hides_after=hides_after)
        if found in {'"', "'"}:
            self._quote = found
        else:
            self._is_class = found[:-1].lower() == "class"
        return Piece(found)


def _blank(found):
    return Piece(found, is_break="\n" in found, is_blank=True)


def _trees_of(tokens, pieces_of):
    """Return the tokens as nested lists of Pieces and Branches: the file and its {% partialdef %}s.

    None in a list stands for the output of a tag. The result is empty if tags are not nested
    correctly: the parser reports that.
    """
    trees, opaque = [[]], None
    stack = [(trees[0], None)]
    for token in tokens:
        items, branches = stack[-1]
        word = token.contents.split(None, 1)[0] if token.contents.strip() else ""
        if opaque:
            opaque = None if token.token_type == TokenType.BLOCK and word == opaque else opaque
        elif token.token_type == TokenType.TEXT:
            items += pieces_of(token)
        elif token.token_type == TokenType.VAR:
            items.append(None)
        elif token.token_type == TokenType.COMMENT or _is_silent(token, word):
            pass
        elif word in OPAQUE:
            opaque = OPAQUE[word]
            items += [] if word == "comment" or "asvar" in token.split_contents() else [None]
        elif word in WRITE_BLOCKS:
            items.append(Piece("", hides_before=True, hides_after=True))
        elif word in BRANCHES:
            branches = Branches(word)
            items.append(branches)
            stack.append((branches.parts[0], branches))
        elif word == "partialdef" and not token.contents.endswith(" inline"):
            trees.append([])
            stack.append((trees[-1], Branches(word)))
        elif branches and word == f"end{branches.kind}":
            stack.pop()
        elif branches and word in BRANCHES.get(branches.kind, ()):
            branches.parts.append([])
            branches.is_complete |= word == "else"
            stack[-1] = (branches.parts[-1], branches)
        else:
            items.append(None)
    return trees if len(stack) == 1 else []


def _is_silent(token, word):
    return word in SILENT or (word in MAY_BE_SILENT and token.split_contents()[-2:-1] == ["as"])


def _look_ahead(items, *, hides):
    """Mark the breaks that later items hide; return True if white space before `items` is hidden.

    `hides` is True if the items after them hide white space.
    """
    for item in reversed(items):
        if item is None:
            hides = False
        elif isinstance(item, Branches):
            hides = _ahead_of_branches(item, hides=hides)
        elif item.is_blank:
            item.is_hidden = hides
        else:
            hides = item.hides_before
    return hides


def _ahead_of_branches(branches, *, hides):
    body, *others = branches.parts
    again = hides and (branches.kind != "for" or _look_ahead(body, hides=hides))
    found = [_look_ahead(body, hides=again)]
    found += [_look_ahead(other, hides=hides) for other in others]
    if not (branches.is_complete or (branches.kind == "for" and others)):
        found.append(hides)
    return all(found)


def _look_back(items, *, is_hidden, changes):
    """Remove hidden breaks; return True if white space after `items` is hidden.

    `is_hidden` is True if white space at their beginning is. Remove nothing without `changes`.
    """
    for item in items:
        if item is None:
            is_hidden = False
        elif isinstance(item, Branches):
            is_hidden = _behind_branches(item, is_hidden=is_hidden, changes=changes)
        elif not item.is_blank:
            is_hidden = item.hides_after
        elif not item.is_break:
            is_hidden = True
        else:
            is_dropped = item.is_hidden or is_hidden
            if changes:
                item.text = "" if is_dropped else " "
            is_hidden = is_hidden or not is_dropped
    return is_hidden


def _behind_branches(branches, *, is_hidden, changes):
    body, *others = branches.parts
    again = is_hidden
    if branches.kind == "for":
        again = is_hidden and _look_back(body, is_hidden=is_hidden, changes=False)
    found = [_look_back(body, is_hidden=again, changes=changes)]
    found += [_look_back(other, is_hidden=is_hidden, changes=changes) for other in others]
    if not (branches.is_complete or (branches.kind == "for" and others)):
        found.append(is_hidden)
    return all(found)
