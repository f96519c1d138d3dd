"""Slack's own markup, "mrkdwn", as Markdown (https://docs.slack.dev/messaging/formatting-message-text).

A text is read once, from left to right: what is in angle brackets, code, the three entities and
emoji. Then each line: quotations, entries of lists, and emphasis.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from core.emoji.table import emoji_of_slack

from ..markdown.emphasis import may_close, may_open
from .pieces import Piece, code, code_block, joined, link, mention

type NameOf = Callable[[str], str | None]  # of a person, room or group, by its id at Slack

_EMOJI_CODE = (
    r"(?<![A-Za-z0-9]):(?P<name>[a-z0-9_+\-]{1,80}+):(?::skin-tone-[2-6]:)?+(?![A-Za-z0-9])"
)
_TOKEN = re.compile(
    rf"""
    (?P<fence>```)
  | `(?P<code>[^`\n]++)`
  | <(?P<bracketed>[^<>]++)>
  | (?P<entity>&(?:amp|lt|gt);)
  | {_EMOJI_CODE}
    """,
    re.VERBOSE,
)
_ENTITY = re.compile("&(amp|lt|gt);")
_SIGNS = {"amp": "&", "lt": "<", "gt": ">"}
_EMOJI = re.compile(_EMOJI_CODE)
_CALL = re.compile(r"([@#])([\w.\-]{1,80})(?:\|(.*))?", re.DOTALL)
_GROUP = re.compile(r"!subteam\^([\w\-]{1,80})(?:\|(.*))?", re.DOTALL)
_DATE = re.compile(r"!date\^(-?\d{1,12})\^([^^|]*+)(?:\^([^|]*+))?(?:\|(.*))?", re.DOTALL)
EVERYBODY = {"here": "here", "channel": "room", "everyone": "room", "group": "room"}
_ADDRESS = re.compile(r"((?:https?://|mailto:)[^|]*+)(?:\|(.*))?", re.IGNORECASE | re.DOTALL)
_STYLED = re.compile(r"([*_~`]{1,4}+)([^*_~`\n]++)[*_~`]{1,4}")  # a whole label
_QUOTED = re.compile(r"[ \t]?>[ \t]?")
_QUOTED_TO_THE_END = re.compile(r"[ \t]?>>>[ \t]?")
_BULLET = re.compile(r"\A([ \t]*+)[•◦▪●○‣][ \t\u00a0]++(?=\S)")
_BOLD = re.compile(r"(?<!\*)\*(?=[^\s*])[^*]++(?<=\S)\*(?!\*)")
_STRUCK = re.compile(r"(?<!~)~(?=[^\s~])[^~]++(?<=\S)~(?!~)")
_SOMETHING = re.compile(r"[^\W_]|[^\x00-\x7f]")
# Where a piece of a line or a block of code belongs, until the signs around them are understood.
_PIECE, _BLOCK = "\ue000", "\ue001"
_PLACES = re.compile(f"[{_PIECE}{_BLOCK}]")
_RESERVED = re.compile(f"[{_PIECE}{_BLOCK}\x00\ufffe\uffff]")
_HALVES = re.compile("[\ud800-\udfff]")


def text_to_markdown(text: Any, name_of: NameOf | None = None) -> str:
    """Return Slack's `text` as Markdown; "" if it is no text.

    `name_of` returns the name that somebody, a room or a group has here, or None.
    """
    return _Reader(name_of).read(storable(text)).strip("\n")


def storable(text: Any) -> str:
    """Return `text` without what databases cannot store, and with plain line breaks."""
    if isinstance(text, bool) or not isinstance(text, str | int | float):
        return ""
    text = str(text).replace("\r\n", "\n").replace("\r", "\n")
    if _HALVES.search(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _RESERVED.sub("\ufffd", text.replace("\x00", ""))


def plain_text(text: Any) -> str:
    """Return `text`, in which only entities and emoji mean something."""
    return _EMOJI.sub(_emoji, unescaped(storable(text)))


def unescaped(text: str) -> str:
    """Return `text` with its three entities resolved, once."""
    return _ENTITY.sub(lambda found: _SIGNS[found[1]], text)


def _emoji(found: re.Match[str]) -> str:
    known = emoji_of_slack(found["name"])
    return known.shown if known else found[0]


def piece_of(name: str, name_of: NameOf | None, sign: str, label: str = "") -> Piece:
    """Return the mention of whom or what Slack calls `name`."""
    known = name_of(name) if name_of else None
    return mention(sign, storable(known) or label or name)


class _Reader:
    def __init__(self, name_of: NameOf | None):
        self._name_of = name_of
        self._pieces: list[list[Piece]] = []  # of each place in the text, in order

    def read(self, text: str) -> str:
        lines, is_quoted = [], False
        masked = self._masked(text)
        self._placed = iter(self._pieces)
        for line in masked.split("\n"):
            found = _QUOTED_TO_THE_END.match(line)
            is_quoted = is_quoted or found is not None
            found = found or _QUOTED.match(line)
            lines.extend(self._line(line[found.end() if found else 0 :], is_quoted or found))
        return "\n".join(lines)

    def _masked(self, text: str) -> str:
        """Return `text` with a sign in place of each piece that is not text."""
        parts, at, may_have_code = [], 0, True
        while found := _TOKEN.search(text, at):
            parts.append(text[at : found.start()])
            at = found.end()
            if found["fence"]:
                end = text.find("```", at) if may_have_code else -1
                may_have_code = end >= 0
                parts.append(self._block(text[at:end]) if may_have_code else found[0])
                at = end + 3 if may_have_code else at
            elif found["code"]:
                parts.append(self._place([code(self._within_code(found["code"]))]))
            elif found["bracketed"]:
                pieces = self._bracketed(unescaped(found["bracketed"]))
                at = at if pieces else found.start() + 1
                signs = _signs_of(found["bracketed"])
                parts.append(f"{signs}{self._place(pieces)}{signs[::-1]}" if pieces else "<")
            elif found["entity"]:
                parts.append(unescaped(found["entity"]))
            else:
                known = emoji_of_slack(found["name"])
                at = at if known else found.end("name")
                parts.append(known.shown if known else text[found.start() : at])
        return "".join([*parts, text[at:]])

    def _place(self, pieces: list[Piece], sign: str = _PIECE) -> str:
        self._pieces.append(pieces)
        return sign

    def _block(self, text: str) -> str:
        piece = code_block(self._within_code(text))
        return self._place([piece], _BLOCK) if piece.text else ""

    def _within_code(self, text: str) -> str:
        """Return the text of code, in which links and mentions are as they are shown."""
        return unescaped(re.sub(r"<([^<>]++)>", self._shown, text))

    def _shown(self, found: re.Match[str]) -> str:
        if address := _ADDRESS.fullmatch(found[1]):
            return address[2] or address[1]
        pieces = self._bracketed(found[1])
        return joined(pieces) if pieces else found[0]

    def _bracketed(self, inside: str) -> list[Piece]:
        """Return the pieces of what is in angle brackets, or [] if it means nothing."""
        if found := _ADDRESS.fullmatch(inside):
            return link(found[1], _EMOJI.sub(_emoji, _unstyled(found[2] or "")))
        if found := _CALL.fullmatch(inside):
            return [piece_of(found[2], self._name_of, found[1], found[3] or "")]
        if found := _GROUP.fullmatch(inside):
            return [piece_of(found[1], self._name_of, "@", found[2] or "")]
        if found := _DATE.fullmatch(inside):
            label = found[4] or date(found[1])
            return link(found[3], label) if found[3] else [Piece("text", label)]
        if inside[0] == "!" and (group := EVERYBODY.get(inside[1:].partition("|")[0])):
            return [mention("@", group)]
        return []

    def _line(self, line: str, is_quoted: object) -> list[str]:
        """Return the lines of one line, in which blocks of code have their own."""
        line = _emphasised(_BULLET.sub(r"\1- ", line, count=1))
        lines: list[str] = []
        pieces: list[Piece] = []
        at = 0
        for found in _PLACES.finditer(line):
            pieces.append(Piece("text", line[at : found.start()]))
            at = found.end()
            placed = next(self._placed)
            if found[0] == _BLOCK:
                lines.extend(_unless_blank(joined(pieces)))
                lines.extend(placed[0].text.split("\n"))
                pieces = []
            else:
                pieces.extend(placed)
        pieces.append(Piece("text", line[at:]))
        rest = joined(pieces)
        lines.extend(_unless_blank(rest.strip()) if lines else [rest])
        return [f"> {each}".rstrip() for each in lines] if is_quoted else lines


def _unstyled(label: str) -> str:
    """Return the label of a link without the signs around it."""
    found = _STYLED.fullmatch(label)
    return found[2] if found else label


def _signs_of(inside: str) -> str:
    """Return the signs that are around the label of a link, and belong around the link."""
    address, _, label = inside.partition("|")
    found = _ADDRESS.fullmatch(address) and _STYLED.fullmatch(label)
    return found[1].replace("`", "") if found else ""


def _unless_blank(line: str) -> list[str]:
    return [line.rstrip()] if line.strip() else []


def _emphasised(line: str) -> str:
    return _doubled(_doubled(line, "*", _BOLD), "~", _STRUCK)


def _doubled(line: str, sign: str, pattern: re.Pattern[str]) -> str:
    """Return `line` with the signs doubled that are around words."""
    if sign not in line:
        return line
    parts, done, at = [], 0, 0
    while found := pattern.search(line, at):
        start, end = found.span()
        inside = line[start + 1 : end - 1]
        if may_open(line, start, start + 1) and _may_end(line, inside, end):
            parts.append(f"{line[done:start]}{sign * 2}{inside}{sign * 2}")
            done = at = end
        else:
            at = end - 1
    return "".join([*parts, line[done:]])


def _may_end(line: str, inside: str, end: int) -> bool:
    return may_close(line, end - 1, end) and _SOMETHING.search(inside) is not None


def date(seconds: Any) -> str:
    """Return the moment, given in `seconds` since 1970, in UTC; "" if it is none."""
    try:
        moment = datetime.fromtimestamp(float(seconds), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return ""
    return f"{moment:%Y-%m-%d %H:%M} UTC"
