"""Render the blocks and tokens of a message as elements, and the elements as HTML."""

import re
from xml.etree.ElementTree import TreeBuilder, tostring

from . import blocks, inlines
from .tokens import Token

MENTION = "mention"
ACTION, EMOJI, TASK, TABLE = "action", "emoji", "task", "table"
SIDES = {"center": "center", "end": "end"}  # classes of cells
_HIGHEST = 3  # the level of the first heading: those above are the page's
_TASK = re.compile(r"\[([ xX])\][ \t]++(?=\S)")
_BOXES = {" ": "☐ ", "x": "☑ "}


class Drawing:
    """Builds the HTML of a message. `marks` is the number of its links, mentions and such.

    `mentions`, {phrase: Mark}, are the phrases after an "@" or "#" that begin with a name.
    """

    def __init__(self, mentions=None):
        self.marks = 0
        self._mentions = mentions or {}
        self._names = {phrase: mark.name for phrase, mark in self._mentions.items()}
        self._builder = TreeBuilder()
        self._builder.start("div", {})

    def html(self):
        return "".join(tostring(part, "unicode", "html") for part in self._page())

    def text(self):
        """Return its visible text."""
        return "".join(self._page().itertext())

    def _page(self):
        self._builder.end("div")
        return self._builder.close()

    def add_blocks(self, parts, is_quoted=False):
        for number, part in enumerate(parts):
            if number:
                self._builder.data("\n")
            match part:
                case blocks.Text(lines):
                    self._builder.start("p", {})
                    self._add_lines(lines, is_quoted)
                    self._builder.end("p")
                case blocks.Heading(level, line):
                    element = f"h{_HIGHEST + level - 1}"
                    self._builder.start(element, {})
                    self._add_line(line, is_quoted)
                    self._builder.end(element)
                case blocks.Table(rows, sides):
                    self._add_table(rows, sides, is_quoted)
                case blocks.Code(text):
                    self._builder.start("pre", {})
                    self._add("code", text)
                    self._builder.end("pre")
                case blocks.Listing(entries):
                    self._add_listing(entries, is_quoted)
                case blocks.Quotation(inner):
                    self._builder.start("blockquote", {})
                    self.add_blocks(inner, is_quoted=True)
                    self._builder.end("blockquote")

    def add_action(self, lines, is_plain=False):
        """Add the lines of what somebody does: the template puts their name before it."""
        self._builder.start("em", {"class": ACTION})
        if is_plain:
            self._builder.data(" ".join(lines))
        else:
            self._add_lines(lines, is_quoted=False)
        self._builder.end("em")

    def add_emoji(self, lines):
        """Add lines that are nothing but emoji."""
        self.add_plainly(lines, {"class": EMOJI})

    def add_plainly(self, lines, attributes=None):
        """Add lines as a paragraph of plain text."""
        self._builder.start("p", attributes or {})
        for number, line in enumerate(lines):
            if number:
                self._break()
            self._builder.data(line)
        self._builder.end("p")

    def _add_lines(self, lines, is_quoted):
        for number, line in enumerate(lines):
            if number:
                self._break()
            self._add_line(line, is_quoted)

    def _break(self):
        # The stylesheet shows line feeds and spaces as they are, and hides the element: it is for
        # text browsers, exports and what else has no stylesheet.
        self._add("br")
        self._builder.data("\n")

    def _add_listing(self, entries, is_quoted):
        above = -1
        for level, line in entries:
            if level > above:
                if above >= 0:
                    self._builder.data("\n")
                self._builder.start("ul", {})
            else:
                self._builder.end("li")
                self._end_listings(above - level)
                self._builder.data("\n")
            task = _TASK.match(line)
            self._builder.start("li", {"class": TASK} if task else {})
            if task:
                self._builder.data(_BOXES[task[1].lower()])
                line = line[task.end() :]
            self._add_line(line, is_quoted)
            above = level
        self._builder.end("li")
        self._end_listings(above)
        self._builder.end("ul")

    def _add_table(self, rows, sides, is_quoted):
        self._builder.start("div", {"class": TABLE})
        self._builder.start("table", {})
        for number, row in enumerate(rows):
            if number < 2:
                self._builder.start("tbody" if number else "thead", {})
            self._builder.start("tr", {})
            for column, cell in enumerate(row):
                element = "td" if number else "th"
                side = sides[column] if column < len(sides) else ""
                self._builder.start(element, {"class": SIDES[side]} if side else {})
                self._add_line(cell, is_quoted)
                self._builder.end(element)
            self._builder.end("tr")
            if number == 0:
                self._builder.end("thead")
        self._builder.end("tbody")
        self._builder.end("table")
        self._builder.end("div")

    def _end_listings(self, count):
        for _ in range(count):
            self._builder.end("ul")
            self._builder.end("li")

    def _add_line(self, line, is_quoted):
        for token in inlines.read(line, {} if is_quoted else self._names):
            self.marks += token.kind not in ("text", "emoji")
            match token:
                case Token("text" | "emoji", text):
                    self._builder.data(text)
                case Token("code", text):
                    self._add("code", text)
                case Token("link", text, address):
                    self._add("a", text, {"href": address, "dir": "auto"})
                case Token("call", text, phrase):
                    self._add_mention(text, self._mentions[phrase])
                case Token("open", _, element):
                    self._builder.start(element, {})
                case Token("close", _, element):
                    self._builder.end(element)

    def _add_mention(self, text, mark):
        # Its own text direction, so that the sign is at the beginning of the name.
        attributes = {"class": MENTION, "data-mention": mark.whom} if mark.whom else {}
        attributes["dir"] = "auto"
        if mark.address:
            self._add("a", text, attributes | {"href": mark.address})
        else:
            self._add("span", text, attributes)

    def _add(self, tag, text="", attributes=None):
        self._builder.start(tag, attributes or {})
        if text:
            self._builder.data(text)
        self._builder.end(tag)
