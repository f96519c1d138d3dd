"""Parse the lines of a message into quotations, lists, tables, headings, code and text.

A body is read once, and once more for each of the few levels of quotations.
"""

import re
from typing import NamedTuple

MAX_LEVELS = 5  # of nested quotations, and of nested lists

_QUOTATION = re.compile(r"(?:>(?:[ \t][^\n]*+)?(?:\n|\Z))++")
_QUOTATION_SIGN = re.compile(r"^>[ \t]?", re.MULTILINE)
_LIST = re.compile(r"(?:[ \t]*+[-*][ \t]++[^\s][^\n]*+(?:\n|\Z))++")
_ENTRY = re.compile(r"([ \t]*+)[-*][ \t]++([^\n]++)")
_HEADING = re.compile(r"(#{1,4})[ \t]++([^\s][^\n]*+)(?:\n|\Z)")
# The second line of a table (GitHub Flavored Markdown, 4.10).
_CELL_LINE = r"[ \t]*+:?+-++:?+[ \t]*+"
_TABLE_LINE = re.compile(rf"([ \t]*+\|?+{_CELL_LINE}(?:\|{_CELL_LINE})*+\|?+[ \t]*+)(?:\n|\Z)")
_ROW = re.compile(r"[^\n|]*+\|[^\n]*+(?:\n|\Z)")
_BETWEEN_CELLS = re.compile(r"(?<!\\)\|")
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


class Heading(NamedTuple):
    """A line of text. `level` is from 1 to 4."""

    level: int
    line: str


class Table(NamedTuple):
    """Rows of cells, the first one of which is the head.

    `sides` are the alignments of the columns: "", "center" or "end".
    """

    rows: list
    sides: list


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
        elif found := _HEADING.match(body, position):
            add(Heading(len(found[1]), found[2]))
        elif found := _table(body, position):
            add(Table(*found.table))
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


class _Found(NamedTuple):
    """A table, and where it ends."""

    table: tuple
    last: int

    def end(self):
        return self.last


def _table(body, position):
    """Return the _Found table at `position`, or None: a table has a head, a line and a row."""
    head = _ROW.match(body, position)
    line = head and _TABLE_LINE.match(body, head.end())
    row = line and "|" in line[1] and _ROW.match(body, line.end())
    if not row:
        return None
    heads, lines = _cells(head[0]), _cells(line[1])
    if len(heads) != len(lines):
        return None
    rows = [heads]
    while row:
        rows.append(_cells(row[0]))
        end = row.end()
        row = _ROW.match(body, end)
    return _Found((rows, [_side(cell) for cell in lines]), end)


def _cells(row):
    """Return the texts of the cells: between the signs |, but not at \\| (GFM, 4.10)."""
    cells = [cell.strip().replace("\\|", "|") for cell in _BETWEEN_CELLS.split(row.strip())]
    return cells[not cells[0] : -1 if len(cells) > 1 and not cells[-1] else None]


def _side(cell):
    """Return the alignment that a cell of the second line says, such as "--:"."""
    if not cell.endswith(":"):
        return ""
    return "center" if cell.startswith(":") else "end"


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
