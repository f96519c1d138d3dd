"""The pieces of a line of Markdown, and how they are joined.

Our dialect knows no escapes: a link, a mention or code is one only if its neighbours let it be. A
space is added where they would not.
"""

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple
from urllib.parse import quote

from ..markdown.links import address_of, end_of_address, end_of_run

_MAY_PRECEDE = re.compile(r"[\s(\[{<>\"'«“‘*_~:;,!?—–|]")
_MAY_FOLLOW_ADDRESS = re.compile(r"[.,;:!?…)\]}>\"'*_~]{0,6}+(?:\s|\Z)|[<>\"]")
_GOES_ON_AS_NAME = re.compile(r"[.\-]*+\w")
_LABEL = re.compile(r"(?:[^\[\]]|\[[^\[\]]*+\])++")
_LIKE_ADDRESS = re.compile(r"://|www\.|\w@\w", re.IGNORECASE)
_UNSAFE = re.compile(r"[\s\x00-\x1f\x7f<>\"`\\]")
_BRACKETS = re.compile(r"[()\[\]{}]")
_BLANKS = re.compile(r"\s+")
_WEB = re.compile(r"https?://", re.IGNORECASE)
_MAIL = re.compile(r"mailto:", re.IGNORECASE)
_TICKS = re.compile(r"`+")
_MOST_TICKS = 3


class Piece(NamedTuple):
    """A part of a line. `kind` is "text", "code", "address", "mention" or "block" (of code)."""

    kind: str
    text: str


def joined(pieces: Iterable[Piece]) -> str:
    """Return the line of `pieces`, with spaces where two of them would become one."""
    parts, before = [], ""
    found = [piece for piece in pieces if piece.text]
    for piece, following in pairwise([*found, Piece("text", "")]):
        if _needs_space_before(piece, before):
            parts.append(" ")
        parts.append(piece.text)
        before = piece.text[-1]
        if _needs_space_after(piece, following.text):
            parts.append(" ")
            before = " "
    return "".join(parts)


def _needs_space_before(piece: Piece, before: str) -> bool:
    if not before:
        return False
    if piece.kind == "code":
        return before == "`"
    return piece.kind in ("address", "mention") and not _MAY_PRECEDE.match(before)


def _needs_space_after(piece: Piece, following: str) -> bool:
    match piece.kind:
        case "address":
            return not _MAY_FOLLOW_ADDRESS.match(following)
        case "mention":
            return _GOES_ON_AS_NAME.match(following) is not None
        case "code":
            return following.startswith("`")
    return False


def link(address: str, label: str = "") -> list[Piece]:
    """Return the pieces of a link to `address`, which is shown as `label`.

    What is no address of the web or of mail stays text. A label that could be taken for an address
    is shown beside the address, not instead of it.
    """
    address = _UNSAFE.sub(lambda found: quote(found[0]), address.strip())
    label = _BLANKS.sub(" ", label).strip()
    is_mail = _MAIL.match(address) is not None
    target = address if is_mail else _WEB.match(address) and address_of("web", address)
    if not target or (is_mail and "@" not in address):
        beside = f" ({address})" if label and address and label != address else ""
        return [Piece("text", (label or address) + beside)]
    if not label or _is_same(label, address):
        return [Piece("address", address[len("mailto:") :] if is_mail else _whole(address))]
    if _LABEL.fullmatch(label) and not _LIKE_ADDRESS.search(label) and not label.isspace():
        bare = _BRACKETS.sub(lambda found: quote(found[0]), address)
        return [Piece("text", f"[{label}]({bare})")]
    shown = address[len("mailto:") :] if is_mail else _whole(address)
    return [Piece("text", f"{label} ("), Piece("address", shown), Piece("text", ")")]


def _is_same(label: str, address: str) -> bool:
    return _bare(label) == _bare(address)


def _bare(address: str) -> str:
    """Return what people would type for `address`."""
    return re.sub(r"\A(?:https?://|mailto:)(?:www\.)?", "", address.lower()).rstrip("/")


def _whole(address: str) -> str:
    """Return `address` so that all of it is taken for an address."""
    if _is_whole(address):
        return address
    address = _BRACKETS.sub(lambda found: quote(found[0]), address)
    if not _is_whole(address) and address[-1].isascii():
        address = f"{address[:-1]}%{ord(address[-1]):02X}"
    return address


def _is_whole(address: str) -> bool:
    end = end_of_run(address, 0)
    return end_of_address(address, 0, end) == len(address)


def mention(sign: str, name: str) -> Piece:
    """Return the mention of a person or a room, `sign` being "@" or "#"."""
    name = _BLANKS.sub(" ", name).strip().lstrip("@#")
    return Piece("mention", sign + name) if name else Piece("text", sign)


def code(text: str) -> Piece:
    """Return `text` as code in a line."""
    text = _BLANKS.sub(" ", text) if "\n" in text else text
    if not text.strip():
        return Piece("text", text)
    taken = {len(run) for run in _TICKS.findall(text)}
    free = next((count for count in range(1, _MOST_TICKS + 1) if count not in taken), None)
    if free is None:
        return Piece("text", text)
    pad = " " if "`" in (text[0], text[-1]) or text[0] == text[-1] == " " else ""
    return Piece("code", f"{'`' * free}{pad}{text}{pad}{'`' * free}")


def code_block(text: str) -> Piece:
    """Return `text` as lines of code."""
    text = text.strip("\n").rstrip()
    if not text.strip():
        return Piece("text", "")
    longest = max((len(run) for run in _TICKS.findall(text)), default=0)
    fence = "`" * max(_MOST_TICKS, longest + 1)
    return Piece("block", f"{fence}\n{text}\n{fence}")
