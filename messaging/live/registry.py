"""The state of this process: its readers, their rooms, and the groups it needs.

Data and bookkeeping only. Nothing here waits, sends or starts a task; every other part of
`messaging.live` may use it.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from typing import Protocol

from rooms.broadcasts import room_group
from rooms.unread.marks import Mark
from users.broadcasts import user_group

from .feed import Feed
from .reader import Reader


class Follower(Protocol):
    """A stream of all rooms of a user, which is no reader of any: see `json_streams.rooms`."""

    @property
    def user_id(self) -> int: ...
    def close(self, code: int) -> None: ...


class Registry:
    def __init__(self) -> None:
        self.feeds: dict[int, Feed] = {}  # by room id
        self.readers: defaultdict[int, set[Reader]] = defaultdict(set)  # by user id
        self.counts: Counter[str] = Counter()  # for tertulia.operations.metrics
        self.wanted_groups: set[str] = set()  # of the channel layer
        self.changed_groups: set[str] = set()  # to be joined or left
        self.stale_people: set[int] = set()  # rooms whose people list must be rendered again
        self.stale_lists: set[int] = set()  # users whose room list must be rendered again
        # What the pages show of the rooms of their users, {user id: {room id: Mark}}; None: not
        # known yet.
        self.marks: dict[int, dict[int, Mark | None]] = {}
        self.followers: defaultdict[int, set[Follower]] = defaultdict(set)  # by user id
        # What followers have not been told yet: rooms that changed, users whose access did.
        self.moved_rooms: set[int] = set()
        self.moved_people: set[int] = set()

    # Readers

    def add(self, reader: Reader, rooms: Iterable[int]) -> Feed:
        """Add a reader, which receives nothing yet; return the feed of its room.

        `rooms` are the rooms that its user is in.
        """
        self._want(user_group(reader.user_id))
        self.readers[reader.user_id].add(reader)
        feed = self.feed_of(reader.room_id)
        if not feed.has_readers:  # the list of people is stale: nobody was watching
            feed.people, feed.people_html = None, {}
        feed.hold(reader)
        if reader.encoder.shows("rooms"):
            self.marks.setdefault(reader.user_id, {})
            self._watch(reader.user_id, rooms)
        return feed

    def remove(self, reader: Reader) -> bool:
        """Remove a reader; return False if it was removed before."""
        if reader not in self.readers.get(reader.user_id, ()):
            return False
        feed = self.feeds[reader.room_id]
        feed.leave(reader)
        self.drop_if_empty(feed)
        self.readers[reader.user_id].discard(reader)
        if not any(other.encoder.shows("rooms") for other in self.readers[reader.user_id]):
            self.watch_only(reader.user_id, ())
            self.marks.pop(reader.user_id, None)
        self._drop_person(reader.user_id)
        return True

    def _drop_person(self, user_id: int) -> None:
        for connections in (self.readers, self.followers):
            if not connections[user_id]:
                del connections[user_id]
        if not (user_id in self.readers or user_id in self.followers):
            self._drop(user_group(user_id))

    def connections_of(self, user_id: int) -> int:
        """Return how many connections this user has to this process."""
        return len(self.readers.get(user_id, ())) + len(self.followers.get(user_id, ()))

    def readers_of(self, user_ids: Iterable[int]) -> list[Reader]:
        """Return every reader of these users."""
        return [reader for pk in user_ids for reader in self.readers.get(pk, ())]

    def all_readers(self) -> list[Reader]:
        return self.readers_of(list(self.readers))

    # Rooms that a user watches: their pages show the unread marks

    def watch_only(self, user_id: int, rooms: Iterable[int]) -> None:
        """Watch exactly `rooms` for a user, if any of their pages shows the list of rooms."""
        rooms = set(rooms)
        gone = self.marks.get(user_id, {}).keys() - rooms
        for room_id in gone:
            self.unwatch(user_id, room_id)
        if user_id in self.marks:
            self._watch(user_id, rooms)

    def unwatch(self, user_id: int, room_id: int) -> None:
        """Stop watching a room for a user."""
        self.marks[user_id].pop(room_id, None)
        feed = self.feeds[room_id]
        feed.watchers.discard(user_id)
        self.drop_if_empty(feed)

    def _watch(self, user_id: int, rooms: Iterable[int]) -> None:
        for room_id in rooms:
            self.marks[user_id].setdefault(room_id, None)
            self.feed_of(room_id).watchers.add(user_id)

    # Streams of all rooms

    def follow(self, follower: Follower) -> None:
        self._want(user_group(follower.user_id))
        self.followers[follower.user_id].add(follower)

    def unfollow(self, follower: Follower) -> None:
        self.followers[follower.user_id].discard(follower)
        self._drop_person(follower.user_id)

    def note_moved(self, feed: Feed) -> None:
        """Note that a room changed, or who may see it, if any stream of all rooms follows it."""
        if feed.is_followed:
            self.moved_rooms.add(feed.room_id)

    def follow_only(self, rooms: Collection[int]) -> None:
        """Follow exactly `rooms`: `note_moved` notes changes of these and of no others."""
        for feed in [feed for feed in self.feeds.values() if feed.is_followed]:
            if feed.room_id not in rooms:
                feed.is_followed = False
                self.drop_if_empty(feed)
        for room_id in rooms:
            self.feed_of(room_id).is_followed = True

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
        if group not in self.wanted_groups:
            self.wanted_groups.add(group)
            self.changed_groups.add(group)

    def _drop(self, group: str) -> None:
        self.wanted_groups.discard(group)
        self.changed_groups.add(group)
