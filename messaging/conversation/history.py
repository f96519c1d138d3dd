"""Select the part of a room's history that a page shows."""

from dataclasses import dataclass

from ..message.listing import by_day
from ..message.models import PAGE_SIZE


@dataclass
class Window:
    """Consecutive messages of a room, and whether there are more before and after them.

    `revision` and `last_position` are the room's, read before the messages: the page's socket
    delivers everything after this revision. `is_now` is True if no position was requested. An
    empty window comes right after the position `follows`.
    """

    messages: list
    revision: int
    last_position: int
    read_position: int | None = None
    reader_id: int | None = None
    is_after: bool = False
    is_now: bool = False
    follows: int = 0

    @classmethod
    def of(cls, room, membership=None, before=None, after=None, around=None):
        """Return the window before, after or around a position, by default the newest messages."""
        room.refresh_from_db(fields=["revision", "last_position"])
        messages = room.messages.for_display()
        if before is not None:
            found = messages.before(before)
        elif after is not None:
            found = messages.after(after)
        elif around is not None:
            half = PAGE_SIZE // 2
            found = messages.before(around, half) + messages.after(around - 1, half)
        else:
            found = messages.newest()
        read = membership.last_read_position if membership else None
        return cls(
            by_day(found),
            room.revision,
            room.last_position,
            read,
            membership and membership.user_id,
            is_after=after is not None,
            is_now=before is after is around is None,
            follows=min(after or 0, room.last_position),
        )

    @property
    def first(self):
        """The position of its first message, or of the next message if it is empty."""
        return self.messages[0].position if self.messages else self.follows + 1

    @property
    def last(self):
        """The position of its last message, or of the message before it if it is empty."""
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
    def new_from(self):
        """The position of the first unread message, or None if the reader has read none or all.

        The reader's own messages do not count as unread.
        """
        if not self.read_position:
            return None
        position = self.read_position + 1
        own = {message.position for message in self.messages if message.author_id == self.reader_id}
        while position in own:
            position += 1
        return position if position <= self.last_position else None
