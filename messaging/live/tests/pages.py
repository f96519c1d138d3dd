"""A model of a browser's page: it upserts by id, sorts by position, and keeps a cursor."""

import re
from functools import lru_cache

MESSAGE = re.compile(
    r'<article id="message-(\d+)"[^>]*? data-position="(\d+)".*?</article>', re.DOTALL
)
CURSOR = re.compile(r'id="cursor"[^>]*? value="(\d+)"')
TEXT = re.compile(r'class="message-body"[^>]*>\s*(?:<p>)?(.*?)(?:</p>)?\s*</(?:div|p)>', re.DOTALL)
SENT = re.compile(r'data-sent="([^"]*)"')
REFUSED = re.compile(r'<p id="compose-errors"[^>]*>([^<]*)</p>')


@lru_cache(maxsize=200)
def parse(push):
    """Return the content of a push: {id: (position, fragment)}, cursors, nonces, refusals."""
    messages = {int(m[1]): (int(m[2]), m[0]) for m in MESSAGE.finditer(push)}
    cursors = [int(cursor) for cursor in CURSOR.findall(push)]
    return messages, cursors, SENT.findall(push), [r.strip() for r in REFUSED.findall(push)]


@lru_cache(maxsize=20_000)
def text_of(fragment):
    """Return the body of a message."""
    return TEXT.search(fragment)[1]


class Page:
    def __init__(self, html=""):
        self.shown = {}  # id: (position, fragment)
        self.cursor = 0
        self.acknowledged = []  # nonces
        self.refusal = ""
        self.refusals = []
        self.taken = []
        self.take(html)

    def take(self, push):
        """Apply a push (or a whole page) as htmx does with `hx-upsert` and `hx-swap-oob`."""
        self.taken.append(push)
        messages, cursors, sent, refusals = parse(push)
        self.shown |= messages
        self.cursor = [self.cursor, *cursors][-1]
        self.acknowledged += sent
        self.refusal = [self.refusal, *refusals][-1]
        self.refusals += filter(None, refusals)

    @property
    def log(self):
        """The HTML of each message, in the order of the page."""
        return [fragment for _position, fragment in sorted(self.shown.values())]

    @property
    def positions(self):
        return [position for position, _fragment in sorted(self.shown.values())]

    @property
    def texts(self):
        """The bodies of the messages, in order."""
        return [text_of(fragment) for fragment in self.log]

    def read(self):
        """The messages as {id: (position, body)}."""
        return {
            pk: (position, text_of(fragment)) for pk, (position, fragment) in self.shown.items()
        }
