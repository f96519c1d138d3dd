"""Follows what an open page shows, and checks that each fragment comes once and in order.

Every message of a workday has a word of its own, such as w17e0: the 17th post, not yet edited. It
is what a screen knows a message by, together with its reactions.
"""

import re
from array import array
from collections import Counter

from bench.workday.data import SHOWN

ARTICLE, END = b'<article id="message-', b"</article>"
HEAD = re.compile(rb'<article id="message-(\d+)"[^>]*?\sdata-position="(\d+)"')
HEADER = b'id="room-header"'  # is in each push that catches up from the database
BODY, REACTIONS = b'class="message-body"', b'class="reactions"'
WORD = re.compile(rb"\bw(\d+)e(\d+)\b")
REACTION = re.compile(rb'name="react:\d+:([^"]+)" value="\S+ (\d+)"')
CURSOR = re.compile(rb'id="cursor" name="cursor" value="(\d+)"')
PATCH_HEAD = 600  # bytes before the fragment in a stream's patch, at most


class Tally:
    """The counts of all screens together. Latencies are in seconds, from post to other screen."""

    def __init__(self):
        self.counts = Counter()  # deliveries, pushes, repeated, disordered, lost, stale
        self.latencies = array("d")
        self.errors = Counter()  # {what was wrong: how often}
        self.posts = {}  # {number: Post} of the newest posts

    def arrive(self, number, pk, screen, now):
        """Note that `screen` shows the post `number` for the first time, as the message `pk`."""
        post = self.posts.get(number)
        if post is not None:
            if post.screen is not screen:
                self.latencies.append(now - post.at)
            if post.pk is None:
                post.pk = pk
                screen.room.recent.append(post)


class Screen:
    """A page that shows a room's messages up to the position `last`, as of `revision`."""

    __slots__ = ("ahead", "catches_up", "last", "messages", "patched")
    __slots__ += ("revision", "room", "seen", "tally")

    def __init__(self, room, tally, last, revision):
        self.room, self.tally = room, tally
        self.last = last  # all messages up to this position have arrived
        self.seen = 0  # up to where an earlier page has shown them
        self.ahead = set()  # positions that arrived although an earlier one is missing
        self.catches_up = False  # what it missed comes in batches, each of the changes of a time
        self.revision = revision
        self.messages = {}  # {id: (position, what is shown of it)}
        self.patched = {}  # {id: what the last patch of a stream showed of it}

    def begin(self):
        """Begin a new page, which shows the newest messages, whatever was shown before."""
        self.seen, self.last = max(self.seen, self.last or 0), None
        for each in (self.ahead, self.messages, self.patched):
            each.clear()

    def take_push(self, data, end, now):
        """Show what a socket has got: `data` up to `end`, a number of whole pushes."""
        counts, start = self.tally.counts, 0
        for cursor in CURSOR.finditer(data, 0, end):
            is_old = (revision := int(cursor[1])) <= self.revision
            for pk, position, shown, _at in fragments(data, start, cursor.start()):
                counts["deliveries"] += 1
                counts["repeated"] += is_old
                self.show(pk, position, shown, now)
            self.revision, start = max(self.revision, revision), cursor.end()
        self.catches_up = bool(self.ahead) and (self.catches_up or data.find(HEADER, 0, end) != -1)
        counts["disordered"] += bool(self.ahead) and not self.catches_up

    def take_page(self, data, end, now):
        """Show what a stream has got; return the end of the last whole fragment in `data`.

        A patch may repeat what the page itself shows, which is read after its revision is. Another
        patch may not, unless reactions went and came back.
        """
        counts, taken = self.tally.counts, 0
        for pk, position, shown, (start, stop) in fragments(data, 0, end):
            taken = stop
            counts["deliveries"] += 1
            if self.last is None:  # the first message of a page that has just been opened
                self.last = position - 1
            if data.find(b'data-copy="message-%d"' % pk, max(0, start - PATCH_HEAD), start) != -1:
                counts["repeated"] += self.patched.get(pk) == shown and b" " not in shown
                self.patched[pk] = shown
            self.show(pk, position, shown, now)
        counts["disordered"] += bool(self.ahead)
        return taken

    def show(self, pk, position, shown, now):
        if position > self.last and position not in self.ahead:
            self.ahead.add(position)
            if (found := WORD.match(shown)) and position > self.seen:
                self.tally.arrive(int(found[1]), pk, self, now)
        while self.ahead and self.last + 1 in self.ahead:
            self.last += 1
            self.ahead.remove(self.last)
        self.messages[pk] = position, shown
        if len(self.messages) > 2 * SHOWN:  # a page drops its oldest messages, too
            for old in list(self.messages)[:SHOWN]:
                del self.messages[old]
                self.patched.pop(old, None)

    def is_at(self, truth):
        """Return True if everything of the room has arrived."""
        if self.last is None:  # its page has not come yet
            return False
        return self.last >= truth["last"] and self.revision >= truth["revision"]

    def compare(self, truth):
        """Count the messages that are missing, and those that are shown as they were earlier."""
        last = self.last or 0
        self.tally.counts["lost"] += max(0, truth["last"] - last - len(self.ahead))
        for pk, (position, shown) in self.messages.items():
            if position > truth["last"] - SHOWN:
                self.tally.counts["stale"] += truth["messages"].get(str(pk)) != shown.decode()


def fragments(data, start, end):
    """Yield (message id, position, what is shown, (start, end)) of each whole fragment."""
    at = data.find(ARTICLE, start, end)
    while at != -1 and (stop := data.find(END, at, end)) != -1:
        head = HEAD.match(data, at)
        yield int(head[1]), int(head[2]), shown_in(data, head.end(), stop), (at, stop + len(END))
        at = data.find(ARTICLE, stop, end)


def shown_in(data, start, stop):
    """Return the word of a message and its reactions: b"w17e0 👍2"."""
    body = data.find(BODY, start, stop)
    word = WORD.search(data, body, stop) if body != -1 else None
    shown = word[0] if word else b""
    at = data.find(REACTIONS, body, stop)
    if at == -1:
        return shown
    return b" ".join([shown, *(emoji + count for emoji, count in REACTION.findall(data, at, stop))])
