"""The newest changes of a room as JSON, read and drawn once for all streams of this process."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from core.threads import in_database
from rooms.access_revisions import Revisions

from .changes import Change, Changes, read

# What is kept for streams that are a little behind. Others read the database themselves.
MAX_KEPT = 200
MAX_KEPT_LETTERS = 256 * 1024


class Log:
    """The changes after revision `floor` up to `top`: the newest state of each message.

    It begins empty at `revision`. `access` is up to which losses of access they were read.
    """

    def __init__(self, room_id: int, revision: int) -> None:
        self.streams = 0
        self._room_id = room_id
        self._floor = self._top = revision
        self._access = Revisions(0, 0)
        self._kept: dict[int, Change] = {}  # by message id, in the order of revisions
        self._letters = 0
        self._newer: asyncio.Future | None = None  # the running read
        self._earlier: dict[int, asyncio.Future] = {}  # running reads, by cursor

    async def since(self, cursor: int) -> Changes:
        """Return changes after revision `cursor`: all that are kept, or the first of them.

        The database is asked for newer ones only if `cursor` has reached the top. Streams that need
        the same share one read. Raise Room.DoesNotExist if the room was deleted.
        """
        if cursor >= self._top:
            await self._read_newer()
        if cursor < self._floor:
            return await self._read_earlier(cursor)
        changes = [change for change in self._kept.values() if change.revision > cursor]
        return Changes(changes, max(cursor, self._top), self._access)

    async def _read_newer(self) -> None:
        if self._newer is None:
            self._newer = asyncio.ensure_future(self._extend())
        await asyncio.shield(self._newer)

    async def _extend(self) -> None:
        try:
            found = await in_database(read)(self._room_id, self._top)
        finally:
            self._newer = None
        for change in found.changes:
            self._keep(change)
        self._top, self._access = found.revision, found.access
        while len(self._kept) > MAX_KEPT or self._letters > MAX_KEPT_LETTERS:
            oldest = self._kept.pop(next(iter(self._kept)))
            self._floor = oldest.revision
            self._letters -= len(oldest.json)

    def _keep(self, change: Change) -> None:
        """Keep the newest state of a message, in the place of an earlier one."""
        earlier = self._kept.pop(change.message_id, None)
        self._letters += len(change.json) - (len(earlier.json) if earlier else 0)
        self._kept[change.message_id] = change

    async def _read_earlier(self, cursor: int) -> Changes:
        """Read from the database up to where the log begins."""
        if cursor not in self._earlier:
            reading = in_database(read)(self._room_id, cursor, self._floor)
            self._earlier[cursor] = asyncio.ensure_future(reading)
            self._earlier[cursor].add_done_callback(lambda _: self._earlier.pop(cursor, None))
        return await asyncio.shield(self._earlier[cursor])


_logs: dict[int, Log] = {}  # by room id, while anybody streams the room


@contextmanager
def log_of(room_id: int, revision: int) -> Iterator[Log]:
    """Yield the log of a room; if there is none yet, one that begins at its current `revision`."""
    log = _logs.setdefault(room_id, Log(room_id, revision))
    log.streams += 1
    try:
        yield log
    finally:
        log.streams -= 1
        if not log.streams:
            del _logs[room_id]
