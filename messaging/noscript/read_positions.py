"""Store the read positions of users with streams, together, once a second.

A page with scripts reports what its user has seen. A stream cannot, so everything that its
connection has accepted counts as read.
"""

import asyncio
from collections.abc import Iterable, Mapping

from core.threads import in_database
from rooms.reading.positions import Read, mark_all_read

from ..live.hub import hub
from .stream import Stream

STORE_SECONDS = 1


class ReadPositions:
    def __init__(self) -> None:
        self._streams: set[Stream] = set()  # those that accepted messages since the last store
        self._is_storing = False

    def note(self, stream: Stream) -> None:
        """Mark the messages that `stream` has accepted as read, within a second."""
        self._streams.add(stream)
        if not self._is_storing:
            self._is_storing = True
            hub.tasks.run(self._store())

    async def _store(self) -> None:
        try:
            while self._streams:
                await asyncio.sleep(STORE_SECONDS)
                streams, self._streams = self._streams, set()
                await in_database(store)(positions_of(streams))
        finally:
            self._is_storing = False


def positions_of(streams: Iterable[Stream]) -> dict[tuple[int, int], int]:
    """Return {(room id, user id): the newest position in any of their streams that reads}."""
    noted: dict[tuple[int, int], int] = {}
    for stream in streams:
        if stream.is_reading:
            key = stream.room_id, stream.user_id
            noted[key] = max(stream.accepted, noted.get(key, 0))
    return noted


def store(noted: Mapping[tuple[int, int], int]) -> None:
    """Store {(room id, user id): position}. Users who are not members are ignored."""
    mark_all_read(Read(room, user, position) for (room, user), position in noted.items())


read_positions = ReadPositions()
