"""Access revocation: never send users messages written after they lost access to the room.

Every change that narrows access is counted in its own transaction: in its room
(`Room.access_revision`, under the room's lock), or for the whole workspace if it is about a user
wherever they read (`AccessCount`: a deactivation, the end of a session, a new password). Every
event of a room, and everything that is read from the database for its readers, carries both counts
as they were then. This process knows up to which counts its readers have been checked. If
something carries a higher one, it waits, and so does all that follows in the room: the database is
queried, readers without access are closed, and only then is the rest sent.

So neither the order of events matters, nor whether one is lost, nor whether a reader's presence is
stored yet. An event costs two comparisons of numbers; queries run only after access was narrowed.
What is read from the database is read in this order: the content, the counts, and the check of the
reader, if it was checked for lower counts or never.

The events "access.changed" and "room.narrowed" make it fast while nobody posts. If they are lost,
the comparison with the database every two seconds finds the change, and every reader is checked
once a minute anyway.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from math import ceil

from core.background_tasks import BackgroundTasks
from core.batching import BatchLoader
from core.threads import in_database
from rooms.access_revisions import Revisions
from users.access.revision import narrowed_since

from . import NOT_FOUND, TRY_AGAIN_LATER, access_queries
from .feed import Feed
from .reader import Reader
from .registry import Registry

PARTS = 10  # in which all readers are checked: at once it held a thousand of them up for seconds


class AccessMonitor:
    def __init__(self, registry: Registry, tasks: BackgroundTasks) -> None:
        self._registry = registry
        self._tasks = tasks
        self._ask = BatchLoader(access_queries.close_codes_in_order)
        self._needed = 0  # the newest workspace-wide count that this process knows
        # The count up to which all admitted readers were checked; None if there are none.
        self._checked: int | None = None
        self._round: list[Reader] = []  # those that `check_some` has still to check
        self._part = 0  # how many of them in one call

    # Sending to a room

    def when_clear(self, feed: Feed, revisions: Iterable[int], act: Callable[[], None]) -> None:
        """Call `act` as soon as all readers of `feed` have been checked up to `revisions`.

        Call it immediately if they have been already.
        """
        self._need(feed, Revisions(*revisions))
        if self.is_clear(feed):
            act()
        else:
            self._clear(feed).add_done_callback(lambda _task: act())

    async def cleared(self, feed: Feed, revisions: Iterable[int]) -> None:
        """Wait until all readers of `feed` have been checked up to `revisions`."""
        self._need(feed, Revisions(*revisions))
        if not self.is_clear(feed):
            await asyncio.wait([self._clear(feed)])

    async def people_cleared(self, revision: int) -> None:
        """Wait until all readers have been checked up to the count `revision` of all users."""
        self._needed = max(self._needed, revision)
        await self._check_people()

    def is_clear(self, feed: Feed) -> bool:
        """Return True if all readers of `feed` have been checked up to the newest known counts."""
        return self._people_are_checked() and feed.is_checked

    def _people_are_checked(self) -> bool:
        return self._checked is None or self._checked >= self._needed

    def _need(self, feed: Feed, revisions: Revisions) -> None:
        feed.needed = max(feed.needed, revisions.room)
        self._needed = max(self._needed, revisions.people)

    def _clear(self, feed: Feed) -> asyncio.Task:
        """Return the task that checks the readers of `feed`; concurrent callers share it."""
        if feed.check is None:
            feed.check = self._tasks.run(self._check(feed))
        return feed.check

    async def _check(self, feed: Feed) -> None:
        try:
            while not self.is_clear(feed):
                await self._check_people()
                await self._check_room(feed)
        except Exception:
            for reader in feed.readers():  # access unknown: let the reconnect decide
                reader.close(TRY_AGAIN_LATER)
            raise
        finally:
            feed.check = None

    async def _check_people(self) -> None:
        """Close the readers of all rooms that have lost access."""
        needed = self._needed
        if not self._people_are_checked():
            people = await in_database(narrowed_since)(self._checked)
            await self._close(self._registry.readers_of(people))
            self._checked = max(self._checked, needed)

    async def _check_room(self, feed: Feed) -> None:
        """Close the readers that have lost access to this room."""
        needed = feed.needed
        if not feed.is_checked:
            readers = feed.readers()
            if readers:
                for reader in await in_database(access_queries.shut_out)(feed.room_id, readers):
                    reader.close(NOT_FOUND)
            feed.checked = max(feed.checked, needed)

    # Sending to one reader

    async def admit(self, reader: Reader, feed: Feed, revisions: Revisions) -> None:
        """Wait until `reader` has been checked up to `revisions`, or is closed."""
        if reader.checked is None or not reader.checked.covers(revisions):
            needed = Revisions(
                max(feed.needed, revisions.room), max(self._needed, revisions.people)
            )
            code = await self._ask(reader)
            if code is None:
                reader.checked = needed
            else:
                reader.close(code)
        await reader.access_checked()

    def may_go_live(self, reader: Reader, feed: Feed) -> bool:
        """Return True if the admitted `reader` can go live with the others of `feed`.

        Return False if access was narrowed since: call `admit` again.
        """
        if not reader.checked.covers(Revisions(feed.needed, self._needed)):
            return False
        if not feed.has_admitted:
            feed.checked = reader.checked.room
        if self._checked is None:
            self._checked = reader.checked.people
        return True

    # Checks of one user, and periodic checks of everybody

    async def check_some(self) -> None:
        """Close those of the next readers that have lost access: of all in PARTS calls."""
        if not self._round:
            readers = self._registry.all_readers()
            readers.sort(key=lambda reader: reader.room_id)  # a query costs rooms times users
            self._round = readers
            self._part = ceil(len(readers) / PARTS)
        readers, self._round = self._round[: self._part], self._round[self._part :]
        await self._close([reader for reader in readers if not reader.closed])

    async def check(self, user_id: int) -> None:
        """Close the readers of a user that have lost access, in a few queries."""
        await self._close(self._registry.readers_of([user_id]))

    async def _close(self, readers: list[Reader]) -> None:
        codes = await in_database(access_queries.close_codes)(readers) if readers else {}
        close_shut_out(codes)

    def revalidate(self, user_id: int, resume: Callable[[Reader], None]) -> None:
        """Hold everything for a user until the database has been asked for their access.

        Then call `resume` with each reader that still has access.
        """
        check = self._tasks.run(self._revalidate(user_id, resume))
        for reader in self._registry.readers_of([user_id]):
            reader.check = check
            feed = self._registry.feed_of(reader.room_id)
            if reader not in feed.joining:
                feed.hold(reader)

    async def _revalidate(self, user_id: int, resume: Callable[[Reader], None]) -> None:
        try:
            await self.check(user_id)
            rooms = await in_database(access_queries.rooms_of)([user_id])
        except Exception:
            for reader in self._checked_by(asyncio.current_task(), user_id):
                reader.close(TRY_AGAIN_LATER)  # access unknown: let the reconnect decide
            raise
        self._registry.watch_only(user_id, rooms[user_id])
        self._registry.stale_lists.add(user_id)
        for reader in self._checked_by(asyncio.current_task(), user_id):
            if not reader.closed:
                resume(reader)

    def _checked_by(self, check: asyncio.Task | None, user_id: int) -> Iterator[Reader]:
        """Yield readers whose latest check is `check`.

        A reader revalidated since then waits for the newer check, because this query may predate
        that change.
        """
        for reader in self._registry.readers_of([user_id]):
            if reader.check is check:
                reader.check = None
                yield reader


def close_shut_out(codes: Mapping[Reader, int | None]) -> None:
    """Close each reader that has a close code in `codes` (see `access_queries.close_codes`)."""
    for reader, code in codes.items():
        if code is not None:
            reader.close(code)
