"""The block "rich_text" of Slack's Block Kit, and its tables.

See https://docs.slack.dev/reference/block-kit/blocks/rich-text-block. Its words are as they are
shown: they hold no markup and no entities.
"""

import re
from collections.abc import Iterable, Mapping
from itertools import groupby, pairwise
from typing import Any

from core.emoji.table import emoji_of_slack

from ..markdown.emphasis import may_close, may_open
from .mrkdwn import EVERYBODY, NameOf, date, piece_of, storable
from .pieces import Piece, code, code_block, joined, link, mention
from .values import entries, mappings, number

MAX_COLUMNS = 20
_STYLES = {"bold": "**", "strike": "~~", "italic": "_"}  # the outermost first
_SOMETHING = re.compile(r"[^\W_]|[^\x00-\x7f]")
_BLANKS = re.compile(r"\s+")

type Styled = tuple[str, Piece]  # the signs around a piece, and the piece


def rich_text(block: Mapping[str, Any], name_of: NameOf | None = None) -> str:
    """Return the Markdown of a block of the type "rich_text"."""
    counted: dict[int, int] = {}
    parts = [_part(part, name_of, counted) for part in mappings(block.get("elements"))]
    return "\n".join(part for part in parts if part)


def _part(part: Mapping[str, Any], name_of: NameOf | None, counted: dict[int, int]) -> str:
    kind = part.get("type")
    if kind == "rich_text_list":
        return "\n".join(_listed(part, name_of, counted))
    counted.clear()
    if kind == "rich_text_preformatted":
        return code_block(_bare_text(part, name_of)).text
    lines = _lines(_elements(part, name_of))
    if kind == "rich_text_quote":
        lines = [f"> {line}".rstrip() for line in lines]
    return "\n".join(lines).strip("\n")


def _elements(part: Mapping[str, Any], name_of: NameOf | None) -> list[Styled]:
    return [
        styled for element in mappings(part.get("elements")) for styled in _styled(element, name_of)
    ]


def _listed(
    part: Mapping[str, Any], name_of: NameOf | None, counted: dict[int, int]
) -> Iterable[str]:
    """Yield the entries of a list. `counted` are the numbers given so far, by level."""
    level = min(number(part.get("indent")), 4)
    is_ordered = part.get("style") == "ordered"
    offset = number(part.get("offset"))
    for deeper in [other for other in counted if other > level]:
        del counted[deeper]
    for entry in mappings(part.get("elements")):
        counted[level] = max(counted.get(level, 0), offset) + 1
        sign = f"{counted[level]}." if is_ordered else "-"
        lines = _lines(_elements(entry, name_of))
        text = " ".join(line.strip() for line in lines if line.strip())
        if text:
            yield f"{'  ' * level}{sign} {text}"


def _bare_text(part: Mapping[str, Any], name_of: NameOf | None) -> str:
    return "".join(
        storable(element.get("text") or element.get("url"))
        or joined(piece for _signs, piece in _styled(element, name_of))
        for element in mappings(part.get("elements"))
    )


def _styled(element: Mapping[str, Any], name_of: NameOf | None) -> list[Styled]:
    """Return the pieces of an element of a line."""
    style = element.get("style")
    style = style if isinstance(style, Mapping) else {}
    signs = "".join(sign for name, sign in _STYLES.items() if style.get(name))
    return [(signs, piece) for piece in _pieces(element, name_of, bool(style.get("code")))]


def _pieces(element: Mapping[str, Any], name_of: NameOf | None, is_code: bool) -> list[Piece]:
    text = storable(element.get("text"))
    match element.get("type"):
        case "link":
            return link(storable(element.get("url")), text)
        case "user":
            return [_named(element.get("user_id"), "@", name_of)]
        case "usergroup":
            return [_named(element.get("usergroup_id"), "@", name_of)]
        case "channel":
            return [_named(element.get("channel_id"), "#", name_of)]
        case "broadcast":
            group = EVERYBODY.get(storable(element.get("range")))
            return [mention("@", group)] if group else []
        case "emoji":
            return [Piece("text", _emoji(storable(element.get("name"))))]
        case "date":
            label = storable(element.get("fallback")) or date(element.get("timestamp"))
            url = storable(element.get("url"))
            return link(url, label) if url else [Piece("text", label)]
        case "color":
            return [Piece("text", storable(element.get("value")))]
    return [code(text)] if is_code and text else [Piece("text", text)]


def _named(name: Any, sign: str, name_of: NameOf | None) -> Piece:
    name = storable(name)
    return piece_of(name, name_of, sign) if name else Piece("text", "")


def _emoji(name: str) -> str:
    known = emoji_of_slack(name.partition("::")[0])
    return known.shown if known else f":{name}:" if name else ""


def _lines(elements: list[Styled]) -> list[str]:
    """Return the lines of `elements`, whose texts may have line breaks."""
    lines: list[list[Styled]] = [[]]
    for signs, piece in elements:
        first, *others = piece.text.split("\n")
        lines[-1].append((signs, piece._replace(text=first)))
        lines.extend([(signs, piece._replace(text=other))] for other in others)
    return [_line(line) for line in lines]


def _line(elements: list[Styled]) -> str:
    shown = [styled for styled in elements if styled[1].text]
    runs = [
        (signs, [piece for _signs, piece in run])
        for signs, run in groupby(shown, key=lambda styled: styled[0])
    ]
    pieces: list[Piece] = []
    before = ""
    for (signs, run), (_signs, following) in pairwise([*runs, ("", [])]):
        text = joined(run)
        after = joined(following)[:1]
        marked = _marked(signs, text, before, after)
        pieces.extend([Piece("text", marked)] if marked else run)
        before = (marked or text)[-1:]
    return joined(pieces)


def _marked(signs: str, text: str, before: str, after: str) -> str:
    """Return `text` with `signs` around its words; "" if they would be shown as signs there."""
    words = text.strip()
    if not signs or not words or any(sign in words for sign in {*signs}):
        return ""
    left, _, right = text.partition(words)
    closing = "".join(sign for name, sign in reversed(_STYLES.items()) if sign in signs)
    line = f"{left or before}{signs}{words}{closing}{right or after}"
    opened, closed = len(left or before), len(line) - len(right or after)
    is_marked = (
        may_open(line, opened, opened + len(signs))
        and may_close(line, closed - len(closing), closed)
        and _SOMETHING.search(words)
    )
    return f"{left}{signs}{words}{closing}{right}" if is_marked else ""


def table(block: Mapping[str, Any], name_of: NameOf | None = None) -> str:
    """Return the Markdown of a block of the type "table"; its first row is the head."""
    rows = [
        [_cell(cell, name_of) for cell in mappings(row)[:MAX_COLUMNS]]
        for row in entries(block.get("rows"))
    ]
    width = max(map(len, rows), default=0)
    if not width:
        return ""
    lines = [f"| {' | '.join([*row, *[''] * (width - len(row))])} |" for row in rows]
    return "\n".join([lines[0], f"|{' --- |' * width}", *lines[1:]] if len(lines) > 1 else lines)


def _cell(cell: Mapping[str, Any], name_of: NameOf | None) -> str:
    is_rich = cell.get("type") == "rich_text"
    text = rich_text(cell, name_of) if is_rich else storable(cell.get("text"))
    return _BLANKS.sub(" ", text).strip().replace("|", "\\|")
