"""Drawn HTML, as far as the contract asks: its elements, its ids, what is not closed."""

import re
from html.parser import HTMLParser

_VOID = {
    "area",
    "br",
    "col",
    "embed",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "source",
    "wbr",
    "base",
}
_SELECTOR = re.compile(r"([\w-]+)?((?:[#.][\w-]+|\[[^\]]+\])*)")
_PART = re.compile(r"([#.])([\w-]+)|\[([\w:-]+)(?:(\^?=)([^\]]*))?\]")


class Markup(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.elements = []  # (name, attributes)
        self.unclosed = []  # names of elements that nothing closes
        self.unopened = []  # names of ends that close nothing
        self._open = []
        self.feed(html)
        self.close()
        self.unclosed += self._open

    def handle_starttag(self, name, attributes):
        self.elements.append((name, dict(attributes)))
        if name not in _VOID:
            self._open.append(name)

    def handle_startendtag(self, name, attributes):
        self.elements.append((name, dict(attributes)))

    def handle_endtag(self, name):
        if name not in self._open:
            self.unopened.append(name)
            return
        while (last := self._open.pop()) != name:
            self.unclosed.append(last)

    def has(self, selector):
        """Say whether an element fits `selector`: name, #id, .class, [name], [name^=x]."""
        return any(_fits(selector, name, attributes) for name, attributes in self.elements)

    @property
    def repeated_ids(self):
        ids = [attributes["id"] for _name, attributes in self.elements if attributes.get("id")]
        return sorted({each for each in ids if ids.count(each) > 1})


def _fits(selector, name, attributes):
    wanted, parts = _SELECTOR.fullmatch(selector).groups()
    return (not wanted or wanted == name) and all(
        _has(attributes, *part) for part in _PART.findall(parts)
    )


def _has(attributes, sign, word, attribute, comparison, value):
    if sign == "#":
        return attributes.get("id") == word
    if sign == ".":
        return word in (attributes.get("class") or "").split()
    found = attributes.get(attribute)
    if comparison == "=":
        return found == value
    if comparison == "^=":
        return (found or "").startswith(value)
    return attribute in attributes
