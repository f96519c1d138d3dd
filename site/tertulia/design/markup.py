"""Parses rendered HTML for the contract: selectors, ids and unclosed elements."""

import re
from collections import Counter
from functools import cached_property
from html.parser import HTMLParser

from bs4 import BeautifulSoup
from bs4.builder import HTMLTreeBuilder

_COLON = re.compile(r"(\[[\w-]+):")  # in the name of an attribute


class Markup(HTMLParser):
    """Compares start and end tags, which BeautifulSoup silently repairs, and counts ids."""

    def __init__(self, html):
        super().__init__()
        self._html = html
        self._ids = Counter()
        self._open = []
        self.unclosed = []  # names of unclosed elements
        self.unopened = []  # names of end tags without a start tag
        self.feed(html)
        self.close()
        self.unclosed += self._open

    @cached_property
    def _soup(self):
        return BeautifulSoup(self._html, "html.parser")

    def has(self, selector):
        """Return True if an element matches `selector` (CSS; `[hx-ws:send]` needs no backslash)."""
        return self._soup.select_one(_COLON.sub(r"\1\:", selector)) is not None

    @property
    def repeated_ids(self):
        return sorted(each for each, count in self._ids.items() if count > 1)

    def handle_starttag(self, name, attributes):
        self.handle_startendtag(name, attributes)
        if name not in HTMLTreeBuilder.DEFAULT_EMPTY_ELEMENT_TAGS:
            self._open.append(name)

    def handle_startendtag(self, name, attributes):
        self._ids.update(value for key, value in attributes if key == "id" and value)

    def handle_endtag(self, name):
        if name not in self._open:
            self.unopened.append(name)
            return
        while (last := self._open.pop()) != name:
            self.unclosed.append(last)
