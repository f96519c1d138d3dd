"""Brings what the layer dropped: revisions show what is missing, and the database has it."""

import asyncio

from rooms.models import Room
from users.database import in_database

from . import broadcasts


class Healer:
    def __init__(self, hub):
        self._hub = hub
        self._reads = {}  # (room, cursor): a read under way, shared by all who want the same

    async def know(self, feed):
        """Learn what a room's newest change is, for a feed that has not delivered any yet."""
        if feed.delivered is None:
            counters = await in_database(read_counters)([feed.room_id])
            if feed.delivered is None and counters:  # none: the room was deleted meanwhile
                feed.delivered, feed.position = counters[feed.room_id]

    async def read_changes(self, room_id, cursor):
        """Read what is missing after `cursor`; whoever wants the same at once shares the query."""
        key = (room_id, cursor)
        read = self._reads.get(key)
        if read is None:
            read = asyncio.ensure_future(in_database(broadcasts.changes_since)(room_id, cursor))
            self._reads[key] = read
            read.add_done_callback(lambda _: self._reads.pop(key, None))
        return await asyncio.shield(read)

    async def heal(self, feed):
        """Deliver from the database what the layer did not bring."""
        if feed.healing:
            return
        feed.healing = True
        try:
            complete = False
            while not complete:
                revision, changes, complete = await self.read_changes(feed.room_id, feed.delivered)
                feed.heal(revision, changes)
            feed.flush()
        finally:
            feed.healing = False

    async def compare(self):
        """Compare what was delivered with the database, in one query for all rooms read here."""
        counters = await in_database(read_counters)(list(self._hub.feeds))
        for room_id, (revision, position) in counters.items():
            feed = self._hub.feeds.get(room_id)
            if feed is None:
                continue
            if position > (feed.position or position):
                self._hub.hints.room_unread(feed)
            feed.position = position
            if feed.delivered is not None and revision > feed.delivered:
                self._hub.run(self.heal(feed))  # apart: a room that cannot be drawn stops no other
            self._hub.drop_if_empty(feed)


def read_counters(room_ids):
    """Return {room id: (revision, last position)} of the rooms that there are."""
    rows = Room.objects.filter(pk__in=room_ids).values_list("pk", "revision", "last_position")
    return {room_id: (revision, position) for room_id, revision, position in rows}
