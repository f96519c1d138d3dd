"""Select the part of a room's history that a page shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.functional import SimpleLazyObject

from ..message.listing import after_in, by_day, newest_in
from ..message.models import PAGE_SIZE
from .runs import render_run

READ_ABOVE = 5  # messages that a page which opens at the first unread one shows above it


class Head(NamedTuple):
    """What decides whether a message is unread."""

    position: int
    author_id: int
    pk: int
    is_deleted: bool


@dataclass
class Window:
    """Consecutive messages of a room, and whether there are more before and after them.

    `revision` and `last_position` are the room's, read before the messages: the page's socket
    delivers everything after this revision. `is_now` is True if no position was requested. An
    empty window comes right after the position `follows`. `unread` is how many messages of others
    the reader has not read, none of them before `unread_from`. For somebody who is not a member
    nothing is unread, and `read_position` is None. `rows` are what the database returned for a page
    of the newest or the unread messages; `heads` are read from them without making the messages.
    """

    messages: list
    revision: int
    last_position: int
    read_position: int | None = None
    reader_id: int | None = None
    is_after: bool = False
    is_now: bool = False
    follows: int = 0
    unread: int = 0
    unread_from: int = 0
    reads_down: bool = False  # it is read from its first message on
    rows: Sequence[tuple] | None = None
    heads: Sequence[Head] | None = None  # of `rows`, by position

    @classmethod
    def of(
        cls,
        room,
        membership=None,
        before=None,
        after=None,
        around=None,
        until=None,
        newest=False,
        starts_unread=False,
    ):
        """Return the window before, after or around a position.

        By default it is the page with the first unread message, or that of the newest messages. If
        the newest page holds the first unread message, it is that page; with `starts_unread`, for
        pages that no script scrolls, the window begins there too. `until` is the last position to
        show: a page in the middle of history has the later ones already. `room` must have been read
        just before, for this page.
        """
        last = room.last_position if until is None else min(until, room.last_position)
        window = cls(
            [],
            room.revision,
            last,
            membership.last_read_position if membership else None,
            membership and membership.user_id,
            is_after=after is not None,
            reads_down=after is not None,
            is_now=before is after is around is None,
            follows=min(after or 0, last),
            unread=membership.unread_until(last) if membership else 0,
        )
        if not window.is_now:
            window.messages = _part_of(room, last, before, after, around)
        elif newest or not window.unread:
            window._show_newest(room)
        else:
            window.open_at_unread(room, starts_unread)
        if window.rows is None:
            window.messages = by_day(window.messages)
        return window

    def open_at_unread(self, room, starts_unread):
        """Fill the window with the first unread message and those around it."""
        self._begin(room, self.read_position + 1, starts_unread)
        if self.new_from is None:  # they are deleted, or there are pages of the reader's own first
            later = room.messages.filter(position__gt=self.read_position)
            unread = later.filter(deleted_at__isnull=True)
            first = unread.exclude(author=self.reader_id).order_by("position").first()
            if first is None:
                self.unread, self.reads_down = 0, False
                self._show_newest(room)
            else:
                self.unread_from = first.position
                self._begin(room, first.position, starts_unread)

    def _begin(self, room, position, starts_unread):
        start = position - READ_ABOVE
        is_near = not starts_unread and start > self.last_position - PAGE_SIZE
        self.reads_down = not is_near
        if is_near:
            self._show_newest(room)
        else:
            self._show(room, after_in(room, start - 1))

    def _show_newest(self, room):
        self._show(room, newest_in(room), is_reversed=True)

    def _show(self, room, found, is_reversed=False):
        """Show what a query has `found`. Its messages are made when somebody looks at them."""
        self.rows = found.rows
        columns = (found.column(name) for name in ("position", "author_id", "id", "deleted_at"))
        heads = (Head(*which, at is not None) for *which, at in zip(*columns, strict=True))
        self.heads = sorted(heads)

        def messages():
            objects = found.objects()[::-1] if is_reversed else found.objects()
            for message in objects:
                message.room = room
            return by_day(objects)

        self.messages = SimpleLazyObject(messages)

    @property
    def first(self):
        """The position of its first message, or of the next message if it is empty."""
        if self.heads:
            return self.heads[0].position
        return self.messages[0].position if self.messages else self.follows + 1

    @property
    def last(self):
        """The position of its last message, or of the message before it if it is empty."""
        if self.heads:
            return self.heads[-1].position
        return self.messages[-1].position if self.messages else self.follows

    @property
    def is_empty(self):
        """Return True if the room has no messages at all."""
        return not self.last_position

    @property
    def is_newest(self):
        """Return True if it includes the newest message, so that the page can append live ones."""
        return self.last >= self.last_position

    @property
    def is_live(self):
        """Return True if this is the page of a room as it opens, and it goes on live."""
        return self.is_now and self.is_newest

    @property
    def has_older(self):
        return self.first > 1

    @property
    def floor(self):
        """The lowest position of messages that the page accepts over its socket.

        The page must not insert a changed message that is older than those it shows: the messages
        between the two would be missing, and nothing would show that.
        """
        return self.first if self.is_newest else self.last_position + 1

    @property
    def follows_read(self):
        """Return True if no unread message comes before it, so that showing it is reading it."""
        return self.read_position is not None and self.first <= self.starts_at

    @property
    def starts_at(self):
        """The lowest position that can be unread."""
        return max(self.unread_from, (self.read_position or 0) + 1)

    @property
    def has_news(self):
        """Return True if showing it moves the reader's read position."""
        return self.follows_read and self.last > self.read_position

    @property
    def length(self):
        """The number of its messages."""
        return len(self.messages if self.heads is None else self.heads)

    @property
    def order(self):
        """(id, position) of each of its messages."""
        return tuple((head.pk, head.position) for head in self._heads())

    @property
    def author_ids(self):
        """The ids of those who wrote its messages."""
        return {head.author_id for head in self._heads()}

    @property
    def first_unread(self):
        """The first unread message, if it is in this window."""
        position = self.new_from
        return next((each for each in self.messages if each.position == position), None)

    @property
    def new_from(self):
        """The position of the first unread message, or None if it is not in this window.

        The reader's own messages do not count as unread, and what was deleted is not to be read.
        """
        if not self.unread or not self.follows_read:
            return None
        for head in self._heads():
            is_new = head.position > self.read_position and not head.is_deleted
            if is_new and head.author_id != self.reader_id:
                return head.position
        return None

    def rendered_for(self, messages_of):
        """Return its messages as HTML, as they are for the reader of `messages_of`."""
        return render_run(self, messages_of)

    def _heads(self):
        if self.heads is not None:
            return self.heads
        return [
            Head(each.position, each.author_id, each.pk, each.is_deleted) for each in self.messages
        ]


def _part_of(room, last, before, after, around):
    """Return the messages before, after or around a position, up to `last`."""
    messages = room.messages.for_display()
    if before is not None:
        return messages.before(before)
    if after is not None:
        return messages.filter(position__lte=last).after(after)
    half = PAGE_SIZE // 2
    return messages.before(around, half) + messages.after(around - 1, half)
