"""How far people have read who read by streams, stored together once a second."""

from collections import defaultdict

from core.threads import in_database
from rooms.counters import mark_all_read


class ReadPositions:
    """Notes what streams have shown; `store`, called every beat, stores it.

    A page with scripts says itself what its reader has seen. A stream cannot: what its connection
    has taken counts as read.
    """

    def __init__(self):
        self._noted = {}  # (room, user id): position

    def note(self, stream, position):
        """Note that `stream` has shown the message at `position`."""
        key = stream.room_id, stream.user_id
        self._noted[key] = max(position, self._noted.get(key, 0))

    async def store(self):
        """Store what was noted since the last time."""
        noted, self._noted = self._noted, {}
        if noted:
            await in_database(store)(noted)


def store(noted):
    """Store {(room id, user id): position}; who is no member has no read position."""
    people = defaultdict(list)
    for (room_id, user_id), position in noted.items():
        people[room_id, position].append(user_id)
    for (room_id, position), user_ids in people.items():
        mark_all_read(room_id, user_ids, position)
