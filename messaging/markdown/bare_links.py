"""The bare links of a message: the web addresses that it shows as they were typed.

Addresses in code and in quotations are left out, those behind [words], and those in angle brackets:
so people write a link that is to be nothing but a link.
"""

import re
from html.parser import HTMLParser

_SILENT = {"blockquote", "code", "pre"}
_IN_LINE = {"a", "code", "em", "s", "span", "strong"}
_AS_TYPED = re.compile(r"https?://|www\.", re.IGNORECASE)


def bare_links(html):
    """Return the addresses of the bare links in `html`, from `rendering.render_body`, in order."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.settle("")
    return reader.links


class _Reader(HTMLParser):
    """Reads HTML of our own making: every element that is opened is closed."""

    def __init__(self):
        super().__init__()
        self.links = []
        self._silent = 0  # how many elements in which no link counts are open
        self._before = ""  # the letter before this place, in the same block
        self._link = None  # the address of the link that is open
        self._shown = ""  # its text
        self._bracketed = None  # the last link, if "<" is before it: what follows decides

    def handle_starttag(self, tag, attrs):
        if tag not in _IN_LINE:
            self._end_block()
        self._silent += tag in _SILENT
        if tag == "a":
            self._link, self._shown = dict(attrs).get("href", ""), ""

    def handle_endtag(self, tag):
        self._silent -= tag in _SILENT
        if tag == "a":
            self._close_link()
        elif tag not in _IN_LINE:
            self._end_block()

    def handle_data(self, data):
        if self._link is not None:
            self._shown += data
            return
        self.settle(data[0])
        self._before = data[-1]

    def settle(self, after):
        """Decide about a link behind "<", by the letter `after` it."""
        if self._bracketed is not None and after != ">":
            self.links.append(self._bracketed)
        self._bracketed = None

    def _close_link(self):
        address, self._link = self._link, None
        self.settle("")
        if not self._silent and _AS_TYPED.match(self._shown):
            if self._before == "<":
                self._bracketed = address
            else:
                self.links.append(address)
        self._before = ""

    def _end_block(self):
        self.settle("")
        self._before = ""
