"""The hub, one a process: between the channel layer and the sockets and streams of this process.

It owns one channel on the layer, joins a room's group when the first local reader comes and
leaves with the last. The layer only makes delivery fast: what it drops, repeats or reorders is
seen by the revisions, and what is missing is read from the database.
"""

import asyncio
import logging
from collections import Counter, defaultdict

from core.events import publish_from
from rooms.broadcasts import room_group
from rooms.models import Room
from rooms.presence.leases import PresenceKeeper
from users.broadcasts import user_group

from .access_monitor import AccessMonitor
from .backfill import Backfill
from .catch_up_limits import CatchUpLimits
from .ephemeral import Ephemeral
from .event_router import EventRouter
from .feed import Feed, drawn
from .read_positions import ReadPositions
from .reader import NOT_FOUND, TOO_FAR_BEHIND, TRY_AGAIN_LATER
from .subscriptions import Subscriptions

logger = logging.getLogger(__name__)

BEAT = 0.5  # seconds between two looks at presence and typing
READING_SECONDS = 1  # between two times that what streams have shown is stored as read
SAFETY_SECONDS = 2  # between two comparisons of what was delivered with the database
RENEWAL_SECONDS = 15  # between two renewals of the presence leases, which last three times as long
ACCESS_SECONDS = 45  # between two checks of everybody's access


class Hub:
    def __init__(self):
        self.feeds = {}
        self.readers = defaultdict(set)  # user id: readers
        self.presence = PresenceKeeper()
        self.ephemeral = Ephemeral(self)
        self.subscriptions = Subscriptions()
        self.access_monitor = AccessMonitor(self)
        self.backfill = Backfill(self)
        self.event_router = EventRouter(self)
        self.catch_up_limits = CatchUpLimits()
        self.read_positions = ReadPositions()
        self.counts = Counter()  # what tertulia.operations.metrics shows
        self._tasks = []
        self._errands = set()

    # Life

    def start(self):
        """Begin to listen, in the running event loop; nothing where it has begun already."""
        if not self._tasks:
            loop = asyncio.get_running_loop()
            publish_from(loop)
            self._tasks = [
                loop.create_task(self.event_router.listen()),
                *(
                    loop.create_task(self._repeat(seconds, beat))
                    for seconds, beat in (
                        (BEAT, self._look_around),
                        (BEAT, self.presence.flush),
                        (BEAT, self.ephemeral.draw),
                        (READING_SECONDS, self.read_positions.store),
                        (SAFETY_SECONDS, self.backfill.compare),
                        (RENEWAL_SECONDS, self._renew),
                        (ACCESS_SECONDS, self.access_monitor.check),
                    )
                ),
            ]

    async def stop(self):
        """End the tasks and this process's presence; for the end of the process."""
        tasks = [*self._tasks, *self._errands]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._tasks = []
        await self.presence.end()

    # Readers

    async def join(self, reader, watched):
        """Take in a reader: present at once, but sent nothing before `catch_up`.

        `watched` are the rooms of this person in which there is nothing unread, as for `watch`.
        """
        self.start()
        if reader.user_id not in self.readers:
            self.subscriptions.want(user_group(reader.user_id))
        self.readers[reader.user_id].add(reader)
        feed = self.feed_of(reader.room_id)
        if not feed.has_readers:  # who was here then is drawn for nobody meanwhile
            feed.people, feed.people_html = None, {}
        feed.hold(reader)
        self.watch(reader, watched)
        self._arrive(reader)
        await self.subscriptions.settled()
        await self.backfill.load_baseline(feed)

    def _arrive(self, reader):
        self.presence.arrive(
            reader.connection_id, reader.room_id, reader.user_id, reader.session_key
        )

    async def catch_up(self, reader, cursor):
        """Send a reader all that the database has after revision `cursor`, then let it go live."""
        if reader.closed:
            return
        feed = self.feed_of(reader.room_id)
        feed.hold(reader)
        reader.cursor = cursor  # what the page says that it has, whatever it was sent
        if reader.catching_up:  # again, before the last time was done: that one goes on from here
            return
        reader.catching_up = True
        try:
            await self._bring_up_to_date(reader, feed)
        except Room.DoesNotExist:
            reader.close(NOT_FOUND)
        except Exception as error:
            logger.warning("A reader of room %s could not catch up: %r", reader.room_id, error)
            reader.close(TRY_AGAIN_LATER)
        finally:
            reader.catching_up = False

    async def _bring_up_to_date(self, reader, feed):
        await self.backfill.load_baseline(feed)
        while not reader.closed:
            cursor = reader.cursor
            if self.catch_up_limits.refuse(reader, (feed.delivered or 0) - cursor):
                self.counts["catch_ups_refused_total"] += 1
                return reader.close(TOO_FAR_BEHIND)
            revision, changes, complete = await self.backfill.read_changes(reader.room_id, cursor)
            await self.access_monitor.admit(reader, feed, changes["access"])
            await reader.send(drawn([changes], reader.audience))
            if reader.cursor == cursor and not reader.closed:  # else the page has asked anew
                reader.cursor = revision
                if complete and self.access_monitor.lets(reader, feed) and feed.release(reader):
                    return

    def leave(self, reader):
        """Forget a reader whose connection has ended, for whatever reason; once is enough."""
        reader.closed = True
        if reader not in self.readers.get(reader.user_id, ()):
            return
        for room_id in {reader.room_id, *reader.watching}:
            self._leave_feed(reader, self.feeds[room_id])
        self.readers[reader.user_id].discard(reader)
        if not self.readers[reader.user_id]:
            del self.readers[reader.user_id]
            self.subscriptions.drop(user_group(reader.user_id))
        self.presence.depart(reader.connection_id, reader.room_id)

    def _leave_feed(self, reader, feed):
        feed.leave(reader)
        self.drop_if_empty(feed)

    def watch(self, reader, rooms):
        """Notify a reader when one of `rooms`, all read until now, becomes unread.

        `rooms` are {room id: the room's access revision when the reader was known to see it}.
        """
        if reader.is_stream:  # its page has no list of rooms
            return
        for room_id, revision in rooms.items():
            if room_id != reader.room_id:
                reader.watching[room_id] = max(revision, reader.watching.get(room_id, 0))
                self.feed_of(room_id).watchers.add(reader)

    def unwatch(self, reader, rooms):
        for room_id in list(rooms):
            reader.watching.pop(room_id, None)
            self.feeds[room_id].watchers.discard(reader)
            self.drop_if_empty(self.feeds[room_id])

    # Beats

    async def _repeat(self, seconds, beat):
        while True:
            await asyncio.sleep(seconds)
            try:
                await beat()
            except Exception as error:
                logger.warning("%s failed and is tried again: %r", beat.__name__, error)

    async def _look_around(self):
        self.subscriptions.settle()
        now = asyncio.get_running_loop().time()
        for readers in list(self.readers.values()):
            for reader in list(readers):
                if reader.is_stalled(now):
                    reader.close(TRY_AGAIN_LATER)
                if reader.closed and not reader.is_stream:
                    self.leave(reader)  # a full connection may take long to end, if it ever does

    async def _renew(self):
        self.subscriptions.renew()
        self.catch_up_limits.forget_unused()
        here = {r.connection_id: r for readers in self.readers.values() for r in readers}
        for connection in await self.presence.renew(set(here)):
            if not here[connection].closed:
                self._arrive(here[connection])
        for feed in self.feeds.values():
            if feed.has_readers:
                self.ephemeral.people_changed(feed.room_id)

    def run(self, errand):
        """Start a task of its own, kept until it is done (asyncio alone does not keep it)."""
        task = asyncio.get_running_loop().create_task(errand)
        self._errands.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task):
        self._errands.discard(task)
        if not task.cancelled() and task.exception() is not None:
            logger.error("%s failed", task.get_coro().__name__, exc_info=task.exception())

    def feed_of(self, room_id):
        if room_id not in self.feeds:
            self.feeds[room_id] = Feed(room_id, self.counts, self.ephemeral.show_people)
            self.subscriptions.want(room_group(room_id))
        return self.feeds[room_id]

    def drop_if_empty(self, feed):
        if not feed and self.feeds.get(feed.room_id) is feed:
            del self.feeds[feed.room_id]
            self.subscriptions.drop(room_group(feed.room_id))


hub = Hub()
