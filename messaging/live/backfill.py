"""Detect missing events by their revisions and read the changes from the database."""

import asyncio
from functools import partial
from typing import NamedTuple

from core.background_tasks import BackgroundTasks
from core.threads import in_database
from rooms.access_revisions import Revisions
from rooms.models import Room
from users.access.revision import access_revision

from ..message import broadcasts
from . import NOT_FOUND
from .access_monitor import AccessMonitor
from .feed import Feed
from .registry import Registry
from .sidebar.lists import RoomLists

KEPT_SECONDS = 0.5  # in which a crowd that comes back shares what was read

type Changes = tuple[int, dict, bool]  # as from `broadcasts.changes_since`


class Backfill:
    def __init__(
        self,
        registry: Registry,
        access_monitor: AccessMonitor,
        room_lists: RoomLists,
        tasks: BackgroundTasks,
    ) -> None:
        self._registry = registry
        self._access_monitor = access_monitor
        self._room_lists = room_lists
        self._tasks = tasks
        # Running reads by (room, cursor), shared by all readers that need the same changes.
        self._reads: dict[tuple[int, int], asyncio.Future] = {}
        self._kept: dict[tuple[int, int], Changes] = {}  # finished reads, for a moment

    async def load_baseline(self, feed: Feed) -> None:
        """Load the newest revision of a room for a feed that has not delivered any changes yet."""
        if feed.delivered is None:
            counters = await in_database(read_counters)([feed.room_id])
            if feed.delivered is None and counters:  # none: the room was deleted meanwhile
                feed.delivered = counters[feed.room_id].revision

    async def read_missed(self, room_id: int, cursor: int) -> Changes:
        """Return `read_changes`, or what was read for another reader a moment ago.

        After a restart a crowd has missed the same. What is kept may be too old: in content, or for
        what is known of lost access. Whoever sees that reads again, with `read_changes`.
        """
        key, feed = (room_id, cursor), self._registry.feeds.get(room_id)
        kept = self._kept.get(key)
        if kept is None or feed is None or kept[0] < (feed.delivered or 0):
            kept = self._kept[key] = await self.read_changes(room_id, cursor)
            asyncio.get_running_loop().call_later(KEPT_SECONDS, self._kept.pop, key, None)
        return kept

    def forget(self, room_id: int) -> None:
        """Forget what was read of a room, because its header has changed."""
        for key in [key for key in self._kept if key[0] == room_id]:
            del self._kept[key]

    async def read_changes(self, room_id: int, cursor: int) -> Changes:
        """Return `changes_since` for `cursor`; identical concurrent reads share one query."""
        key = (room_id, cursor)
        read = self._reads.get(key)
        if read is None:
            read = asyncio.ensure_future(in_database(broadcasts.changes_since)(room_id, cursor))
            self._reads[key] = read
            read.add_done_callback(lambda _: self._reads.pop(key, None))
        return await asyncio.shield(read)

    async def fill_gap(self, feed: Feed) -> None:
        """Read the changes that the layer dropped from the database and deliver them.

        If their events come meanwhile, they were only late: nothing is delivered twice.
        """
        if feed.filling:
            return
        feed.filling = True
        try:
            complete = False
            while not complete:
                cursor = feed.delivered
                revision, changes, complete = await self.read_changes(feed.room_id, cursor)
                await self._access_monitor.cleared(feed, changes["access"])
                if feed.delivered == cursor:
                    feed.fill(revision, changes)
                else:
                    complete = feed.flush()
            feed.flush()
        finally:
            feed.filling = False

    async def compare(self) -> None:
        """Compare the delivered revisions of all local rooms with the database in one query."""
        feeds = self._registry.feeds
        rooms = list(feeds)
        counters = await in_database(read_counters)(rooms)
        for feed in [feeds[room_id] for room_id in rooms if room_id in feeds]:
            if feed.room_id in counters:
                found = counters[feed.room_id]
                compare = partial(self._compare, feed, found)
                self._access_monitor.when_clear(feed, found.access, compare)
            else:
                self._end(feed)
        self._room_lists.recount_some()

    def _compare(self, feed: Feed, found: "Counters") -> None:
        if found.revision > feed.counted:
            self._room_lists.room_changed(feed, found.revision)
        is_behind = feed.delivered is not None and found.revision > feed.delivered
        if is_behind and not feed.is_gathering:  # else it may be held: the next flush will see
            self._tasks.run(self.fill_gap(feed))  # one bad room must not stop the rest
        self._registry.drop_if_empty(feed)

    def _end(self, feed: Feed) -> None:
        """Close all readers of a deleted room."""
        for reader in feed.readers():
            reader.close(NOT_FOUND)
        for user_id in list(feed.watchers):
            self._registry.unwatch(user_id, feed.room_id)
            self._registry.stale_lists.add(user_id)
        self._registry.note_moved(feed)


class Counters(NamedTuple):
    revision: int
    access: Revisions


def read_counters(room_ids: list[int]) -> dict[int, Counters]:
    """Return {room id: Counters} of the rooms that exist."""
    rows = Room.objects.filter(pk__in=room_ids).values_list("pk", "revision", "access_revision")
    rows, people = list(rows), access_revision()
    return {pk: Counters(revision, Revisions(room, people)) for pk, revision, room in rows}
