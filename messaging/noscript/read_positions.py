"""Store the read positions of users with streams, together, once a second.

A page with scripts reports what its user has seen. A stream cannot, so everything that its
connection has accepted counts as read.
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping

from core.threads import in_database
from rooms.counters import mark_all_read

from ..live.hub import hub
from ..live.reader import Reader

STORE_SECONDS = 1


class ReadPositions:
    def __init__(self) -> None:
        self._noted: dict[tuple[int, int], int] = {}  # (room id, user id): position
        self._is_storing = False

    def note(self, reader: Reader, position: int) -> None:
        """Mark the messages of `reader` up to `position` as read, within a second."""
        if not reader.is_reading:
            return
        key = reader.room_id, reader.user_id
        self._noted[key] = max(position, self._noted.get(key, 0))
        if not self._is_storing:
            self._is_storing = True
            hub.tasks.run(self._store())

    async def _store(self) -> None:
        try:
            while self._noted:
                await asyncio.sleep(STORE_SECONDS)
                noted, self._noted = self._noted, {}
                await in_database(store)(noted)
        finally:
            self._is_storing = False


def store(noted: Mapping[tuple[int, int], int]) -> None:
    """Store {(room id, user id): position}. Users who are not members are ignored."""
    people: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for (room_id, user_id), position in noted.items():
        people[room_id, position].append(user_id)
    for (room_id, position), user_ids in people.items():
        mark_all_read(room_id, user_ids, position)


read_positions = ReadPositions()
