"""Which part of a room's history a page shows."""

from dataclasses import dataclass

from ..message.models import PAGE_SIZE


@dataclass
class Window:
    """A run of messages without holes, and what lies before and after it.

    `revision` and `last_position` are the room's, read before the messages: what is posted
    meanwhile reaches the page by its socket, from this revision on. `is_now` says that no place was
    asked for; an empty window stands after the position that it `follows`.
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
        """Read the window before, after or around a position; without any, the newest messages."""
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
            found,
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
        """The position of its first message, or of the one that would be."""
        return self.messages[0].position if self.messages else self.follows + 1

    @property
    def last(self):
        """The position of its last message; where there is none, of the one before."""
        return self.messages[-1].position if self.messages else self.follows

    @property
    def is_empty(self):
        """Whether nothing has been said in the room at all."""
        return not self.last_position

    @property
    def is_newest(self):
        """Whether the newest message is in it, so that live ones may follow."""
        return self.last >= self.last_position

    @property
    def has_older(self):
        return self.first > 1

    @property
    def floor(self):
        """The lowest position that the page takes live messages from.

        A change of an older message, one that the page does not show, must not come in: it would
        stand where a hole is and hide it.
        """
        return self.first if self.is_newest else self.last_position + 1

    @property
    def new_from(self):
        """The position of the first message that its reader has not seen, where some were seen.

        What they have said themselves is not new to them.
        """
        if not self.read_position:
            return None
        position = self.read_position + 1
        own = {message.position for message in self.messages if message.author_id == self.reader_id}
        while position in own:
            position += 1
        return position if position <= self.last_position else None
