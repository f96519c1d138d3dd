"""Parse the lines of a message into quotations, lists, code and text.

A body is read once, and once more for each of the few levels of quotations.
"""

import re
from typing import NamedTuple

MAX_LEVELS = 5  # of nested quotations, and of nested lists

_QUOTATION = re.compile(r"(?:>(?:[ \t][^\n]*+)?(?:\n|\Z))++")
_QUOTATION_SIGN = re.compile(r"^>[ \t]?", re.MULTILINE)
_LIST = re.compile(r"(?:[ \t]*+[-*][ \t]++[^\s][^\n]*+(?:\n|\Z))++")
_ENTRY = re.compile(r"([ \t]*+)[-*][ \t]++([^\n]++)")
_LINE = re.compile(r"([^\n]*+)(?:\n|\Z)")
_TICKS = re.compile(r"`{3,}")
_FIRST_BREAK = re.compile(r"[ \t]*\n| ")
_TAB = 4
_STEP = 2  # columns of indentation per level of a list


class Text(NamedTuple):
    """Consecutive lines of text."""

    lines: list


class Code(NamedTuple):
    text: str


class Quotation(NamedTuple):
    blocks: list


class Listing(NamedTuple):
    """Entries of a list: (level from 0, line) each."""

    entries: list


def read(body, level=0):
    """Return the blocks of `body`; its line breaks are "\\n"."""
    blocks, lines, position = [], [], 0
    fences = _Fences(body)

    def add(block=None):
        if lines:
            blocks.append(Text(lines.copy()))
            lines.clear()
        if block is not None:
            blocks.append(block)

    while position < len(body):
        if level < MAX_LEVELS and (found := _QUOTATION.match(body, position)):
            inner = _QUOTATION_SIGN.sub("", found[0].removesuffix("\n"))
            add(Quotation(read(inner, level + 1)))
        elif found := _LIST.match(body, position):
            add(Listing(list(_entries(found[0]))))
        else:
            found = _LINE.match(body, position)
            fence = fences.beginning_in(position, found.end(1))
            if fence is not None:
                if before := body[position : fence.start].strip():
                    lines.append(before)
                add(Code(fence.code))
                position = fence.end
                continue
            if found[1].strip():
                lines.append(found[1])
            else:
                add()
        position = found.end()
    add()
    return blocks


def _entries(text):
    margins = []
    for blanks, line in _ENTRY.findall(text):
        margin = len(blanks.expandtabs(_TAB))
        while margins and margin < margins[-1]:
            margins.pop()
        if not margins or margin >= margins[-1] + _STEP:
            margins.append(margin)
        yield min(len(margins), MAX_LEVELS) - 1, line


class _Fence(NamedTuple):
    start: int
    code: str
    end: int


class _Fences:
    """Finds code between runs of three or more backticks. Must be called in order of lines."""

    def __init__(self, body):
        self._body = body
        self._runs = [found.span() for found in _TICKS.finditer(body)]
        self._next = 0
        self._unpaired = float("inf")  # runs of this many backticks or more have no closing run

    def beginning_in(self, start, end):
        """Return the _Fence that begins in the line from `start` to `end`, or None.

        Code beside other words in the same line is parsed with that line.
        """
        while self._next < len(self._runs) and self._runs[self._next][0] < end:
            opening = self._runs[self._next]
            self._next += 1
            if opening[0] < start:
                continue
            closing = self._closing(opening)
            if closing is None:
                continue
            is_within = closing[0] < end
            around = self._body[start : opening[0]] + self._body[closing[1] : end]
            code = self._body[opening[1] : closing[0]]
            if code.strip() and not (is_within and around.strip()):
                return _Fence(opening[0], _code(code), self._end(closing[1]))
            if is_within:
                self._next = self._runs.index(closing, self._next) + 1
        return None

    def _closing(self, opening):
        length = opening[1] - opening[0]
        if length >= self._unpaired:
            return None
        later = range(self._next, len(self._runs))
        closing = next((self._runs[n] for n in later if _length(self._runs[n]) >= length), None)
        if closing is None:
            self._unpaired = length
        return closing

    def _end(self, position):
        """Return the position after the code: the rest of its line, or the next line."""
        line = _LINE.match(self._body, position)
        behind = line[1].lstrip()
        return line.end(1) - len(behind) if behind else line.end()


def _length(run):
    return run[1] - run[0]


def _code(code):
    """Return `code` without the line break or space that follows the backticks."""
    found = _FIRST_BREAK.match(code)
    return code[found.end() if found else 0 :].rstrip()
