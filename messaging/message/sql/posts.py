"""Read what was last said in a room, and store new messages."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from itertools import chain
from typing import NamedTuple

from django.db import connection

from core.queries.together import Statement, insertions, moment, run_together
from rooms.counters import noting_own
from rooms.models import Room
from users.access.revision import READING, revision_in

from ..models import MAX_RUN, Message

_END = 2**62  # a position that no room reaches
# The ORDER BY makes the database use the index by position, whatever the planner's estimate of the
# room's size.
_LAST_SAID = f"""SELECT author_id, created_at, continues FROM {Message._meta.db_table}
WHERE room_id = %s AND position <= %s ORDER BY position DESC LIMIT {MAX_RUN}"""


class Said(NamedTuple):
    """The author and the time of a message, and the length of its run, up to MAX_RUN."""

    author_id: int | None = None
    at: datetime | None = None
    run: int = 0


def last_said(room: Room, position: int) -> Said:
    """Return what was said at `position`; without a message there, a Said of None, None and 0."""
    [rows] = run_together(reading_last_said(room, position))
    return said_in(rows)


def reading_last_said(room: Room, position: int = _END) -> Statement:
    """Return the Statement of `last_said`. `said_in` needs its rows."""
    return Statement(_LAST_SAID, [room.pk, position])


def said_in(rows: Sequence[tuple]) -> Said:
    """Return the Said that these rows of `reading_last_said` are."""
    if not rows:
        return Said()
    author_id, at, _continues = rows[0]
    run = next((n for n, (*_said, continues) in enumerate(rows, 1) if not continues), MAX_RUN)
    return Said(author_id, moment(at), run)


def insert(room: Room, messages: Sequence[Message]) -> list[int]:
    """Store new messages of `room`, whose lock is held; their authors have read them.

    Return the access of the event (see `rooms.broadcasts.access_of`).
    """
    positions = defaultdict(list)
    for message in messages:
        positions[message.author_id].append(message.position)
    *inserted, people = run_together(
        *insertions(messages, returning=["position", "id"]),
        *(noting_own(room, author, positions[author]) for author in sorted(positions)),
        READING,
    )
    ids = dict(chain.from_iterable(inserted))
    for message in messages:
        message.pk = ids[message.position]
        message._state.adding, message._state.db = False, connection.alias
    return [room.access_revision, revision_in(people)]
