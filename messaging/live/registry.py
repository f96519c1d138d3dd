"""The state of this process: its readers, their rooms, and the groups it needs.

Data and bookkeeping only. Nothing here waits, sends or starts a task; every other part of
`messaging.live` may use it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from rooms.broadcasts import room_group
from users.broadcasts import user_group

from .feed import Feed
from .reader import Reader


class Registry:
    def __init__(self) -> None:
        self.feeds: dict[int, Feed] = {}  # by room id
        self.readers: defaultdict[int, set[Reader]] = defaultdict(set)  # by user id
        self.counts: Counter[str] = Counter()  # for tertulia.operations.metrics
        self.wanted_groups: set[str] = set()  # of the channel layer
        self.changed_groups: set[str] = set()  # to be joined or left
        self.stale_people: set[int] = set()  # rooms whose people list must be rendered again
        self.stale_lists: set[int] = set()  # users whose room list must be rendered again

    # Readers

    def add(self, reader: Reader, watched: Mapping[int, int]) -> Feed:
        """Add a reader, which receives nothing yet; return the feed of its room.

        `watched` as for `watch`.
        """
        if reader.user_id not in self.readers:
            self._want(user_group(reader.user_id))
        self.readers[reader.user_id].add(reader)
        feed = self.feed_of(reader.room_id)
        if not feed.has_readers:  # the list of people is stale: nobody was watching
            feed.people, feed.people_html = None, {}
        feed.hold(reader)
        self.watch(reader, watched)
        return feed

    def remove(self, reader: Reader) -> bool:
        """Remove a reader; return False if it was removed before."""
        if reader not in self.readers.get(reader.user_id, ()):
            return False
        for room_id in {reader.room_id, *reader.watching}:
            self.feeds[room_id].leave(reader)
            self.drop_if_empty(self.feeds[room_id])
        self.readers[reader.user_id].discard(reader)
        if not self.readers[reader.user_id]:
            del self.readers[reader.user_id]
            self._drop(user_group(reader.user_id))
        return True

    def readers_of(self, user_ids: Iterable[int]) -> list[Reader]:
        """Return every reader of these users."""
        return [reader for pk in user_ids for reader in self.readers.get(pk, ())]

    def all_readers(self) -> list[Reader]:
        return self.readers_of(list(self.readers))

    # Rooms that a reader watches: it gets their unread mark

    def watch(self, reader: Reader, rooms: Mapping[int, int]) -> None:
        """Notify a reader when one of `rooms`, all read until now, becomes unread.

        `rooms` are {room id: the room's access revision when the reader was known to see it}.
        """
        if not reader.encoder.shows("rooms"):
            return
        for room_id, revision in rooms.items():
            if room_id != reader.room_id:
                reader.watching[room_id] = max(revision, reader.watching.get(room_id, 0))
                self.feed_of(room_id).watchers.add(reader)

    def unwatch(self, reader: Reader, rooms: Iterable[int]) -> None:
        """Undo `watch`."""
        for room_id in list(rooms):
            reader.watching.pop(room_id, None)
            self.feeds[room_id].watchers.discard(reader)
            self.drop_if_empty(self.feeds[room_id])

    # Feeds

    def feed_of(self, room_id: int) -> Feed:
        """Return the feed of a room; create it if there is none."""
        if room_id not in self.feeds:
            self.feeds[room_id] = Feed(room_id, self.counts, self.stale_people)
            self._want(room_group(room_id))
        return self.feeds[room_id]

    def drop_if_empty(self, feed: Feed) -> None:
        """Remove a feed without readers and watchers."""
        if feed.is_empty and self.feeds.get(feed.room_id) is feed:
            del self.feeds[feed.room_id]
            self._drop(room_group(feed.room_id))

    # Groups of the channel layer

    def _want(self, group: str) -> None:
        self.wanted_groups.add(group)
        self.changed_groups.add(group)

    def _drop(self, group: str) -> None:
        self.wanted_groups.discard(group)
        self.changed_groups.add(group)
