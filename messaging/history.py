"""Which part of a room's history a page shows."""

from dataclasses import dataclass, field

from .models import PAGE_SIZE


@dataclass
class Window:
    """A run of messages without holes, and what lies before and after it.

    `floor` is the lowest position that the page may take live messages from: a change of an older
    message, one that the page does not show, must not be put in and hide a hole.
    """

    messages: list
    revision: int
    last_position: int
    unread_after: int | None = None
    first: int = field(init=False)
    last: int = field(init=False)

    def __post_init__(self):
        self.first = self.messages[0].position if self.messages else 1
        self.last = self.messages[-1].position if self.messages else 0

    @classmethod
    def of(cls, room, membership=None, before=None, after=None, around=None):
        """Read the window before, after or around a position; without any, the newest messages."""
        # The counters first: what is posted meanwhile arrives by the socket, from this revision on.
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
        return cls(found, room.revision, room.last_position, read)

    @property
    def is_newest(self):
        """Whether the newest message is in it, so that live ones may follow."""
        return self.last >= self.last_position

    @property
    def has_older(self):
        return self.first > 1

    @property
    def floor(self):
        return self.first if self.is_newest else self.last_position + 1
