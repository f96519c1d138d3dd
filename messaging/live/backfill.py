"""Brings what the layer dropped: revisions show what is missing, and the database has it."""

import asyncio
from functools import partial
from typing import NamedTuple

from core.threads import in_database
from rooms.models import Room
from users.access.revision import access_revision

from ..message import broadcasts
from .access_queries import Revisions
from .reader import NOT_FOUND


class Backfill:
    def __init__(self, hub):
        self._hub = hub
        self._reads = {}  # (room, cursor): a read under way, shared by all who want the same

    async def load_baseline(self, feed):
        """Learn what a room's newest change is, for a feed that has not delivered any yet."""
        if feed.delivered is None:
            counters = await in_database(read_counters)([feed.room_id])
            if feed.delivered is None and counters:  # none: the room was deleted meanwhile
                feed.delivered, feed.position, _access = counters[feed.room_id]

    async def read_changes(self, room_id, cursor):
        """Read what is missing after `cursor`; whoever wants the same at once shares the query."""
        key = (room_id, cursor)
        read = self._reads.get(key)
        if read is None:
            read = asyncio.ensure_future(in_database(broadcasts.changes_since)(room_id, cursor))
            self._reads[key] = read
            read.add_done_callback(lambda _: self._reads.pop(key, None))
        return await asyncio.shield(read)

    async def fill_gap(self, feed):
        """Deliver from the database what the layer did not bring."""
        if feed.filling:
            return
        feed.filling = True
        try:
            complete = False
            while not complete:
                revision, changes, complete = await self.read_changes(feed.room_id, feed.delivered)
                await self._hub.access_monitor.cleared(feed, changes["access"])
                feed.fill(revision, changes)
            feed.flush()
        finally:
            feed.filling = False

    async def compare(self):
        """Compare what was delivered with the database, in one query for all rooms read here."""
        rooms = list(self._hub.feeds)
        counters = await in_database(read_counters)(rooms)
        for feed in [self._hub.feeds[room_id] for room_id in rooms if room_id in self._hub.feeds]:
            if feed.room_id in counters:
                found = counters[feed.room_id]
                compare = partial(self._compare, feed, found)
                self._hub.access_monitor.when_clear(feed, found.access, compare)
            else:
                self._end(feed)

    def _compare(self, feed, found):
        if found.position > (feed.position or found.position):
            self._hub.ephemeral.room_unread(feed, found.access)
        feed.position = found.position
        if feed.delivered is not None and found.revision > feed.delivered:
            self._hub.run(self.fill_gap(feed))  # apart: a room that cannot be drawn stops no other
        self._hub.drop_if_empty(feed)

    def _end(self, feed):
        """Send everybody away from a room that was deleted."""
        for reader in feed.readers():
            reader.close(NOT_FOUND)
        for reader in list(feed.watchers):
            self._hub.unwatch(reader, [feed.room_id])


class Counters(NamedTuple):
    revision: int
    position: int  # of the newest message
    access: Revisions


def read_counters(room_ids):
    """Return {room id: Counters} of the rooms that exist."""
    rows = Room.objects.filter(pk__in=room_ids).values_list(
        "pk", "revision", "last_position", "access_revision"
    )
    rows, people = list(rows), access_revision()
    return {pk: Counters(*counts, Revisions(room, people)) for pk, *counts, room in rows}
