"""The hub, one a process: between the channel layer and the sockets and streams of this process.

It owns one channel on the layer, joins a room's group when the first local reader comes and
leaves with the last. The layer only makes delivery fast: what it drops, repeats or reorders is
seen by the revisions, and what is missing is read from the database.
"""

import asyncio
import logging
from collections import defaultdict

from channels.layers import get_channel_layer

from rooms.broadcasts import room_group
from rooms.models import Room
from rooms.presence import PresenceKeeper
from users.broadcasts import publish_from, user_group
from users.database import in_database

from . import access, broadcasts
from .feeds import Feed, in_language
from .hints import Hints
from .readers import TRY_AGAIN_LATER

logger = logging.getLogger(__name__)

BEAT = 0.5  # seconds between two looks at presence and typing
SAFETY_SECONDS = 2  # between two comparisons of what was delivered with the database
RENEWAL_SECONDS = 15  # between two renewals of the presence leases, which last three times as long
ACCESS_SECONDS = 45  # between two checks of everybody's access
EVENTS_AT_A_TIME = 200


class Hub:
    def __init__(self):
        self.feeds = {}
        self.readers = defaultdict(set)  # user id: readers
        self.presence = PresenceKeeper()
        self.hints = Hints(self)
        self._channel = None
        self._groups = set()
        self._tasks = []
        self._unflushed = set()
        self._reads = {}  # (room, cursor): a read under way, shared by all who want the same

    # Life

    def start(self):
        """Begin to listen, in the running event loop; nothing where it has begun already."""
        if not self._tasks:
            loop = asyncio.get_running_loop()
            publish_from(loop)
            self._tasks = [
                loop.create_task(self._listen()),
                *(
                    loop.create_task(self._repeat(seconds, beat))
                    for seconds, beat in (
                        (BEAT, self._look_around),
                        (SAFETY_SECONDS, self._compare_with_database),
                        (RENEWAL_SECONDS, self._renew),
                        (ACCESS_SECONDS, self.check_access),
                    )
                ),
            ]

    async def stop(self):
        """End the tasks and this process's presence; for the end of the process."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        await self.presence.end()

    # Readers

    async def join(self, reader, watched):
        """Take in a reader: present at once, but sent nothing before `catch_up`.

        `watched` are the rooms of this person in which there is nothing unread.
        """
        self.start()
        self.readers[reader.user_id].add(reader)
        feed = self._feed(reader.room_id)
        feed.hold(reader)
        self.watch(reader, watched)
        self.presence.arrive(reader.connection, reader.room_id, reader.user_id, reader.session_key)
        feed.people = None  # the newcomer has not been told who is here
        await self._subscribe()
        await self._know(feed)

    async def catch_up(self, reader, cursor):
        """Send a reader all that the database has after revision `cursor`, then let it go live."""
        feed = self._feed(reader.room_id)
        reader.cursor = cursor
        feed.hold(reader)
        if reader.catching_up:  # again, before the last time was done: that one goes on from here
            return
        reader.catching_up = True
        try:
            await self._know(feed)
            while not reader.closed:
                revision, html, complete = await self._read_changes(reader.room_id, reader.cursor)
                await reader.access_checked()
                if html:
                    await reader.send(in_language(html, reader.language))
                reader.cursor = revision
                if complete and feed.release(reader):
                    return
        finally:
            reader.catching_up = False

    def leave(self, reader):
        """Forget a reader whose connection has ended, for whatever reason."""
        reader.closed = True
        for room_id in {reader.room_id, *reader.watching}:
            feed = self.feeds[room_id]
            feed.leave(reader)
            if not feed:
                del self.feeds[room_id]
        self.readers[reader.user_id].discard(reader)
        if not self.readers[reader.user_id]:
            del self.readers[reader.user_id]
        self.presence.depart(reader.connection, reader.room_id)

    def watch(self, reader, rooms):
        """Let a reader hear when one of `rooms`, in which it has read everything, is unread."""
        for room_id in rooms:
            reader.watching.add(room_id)
            self._feed(room_id).watchers.add(reader)

    async def check_access(self, user_id=None):
        """Close every reader (of one person) who may not read on; runs a few queries, not one each.

        Those who may are sent what came meanwhile, and watch the rooms that are theirs now.
        """
        readers = [
            reader
            for person in ([user_id] if user_id else list(self.readers))
            for reader in self.readers.get(person, ())
        ]
        verdicts = await in_database(access.verdicts)(readers) if readers else {}
        for reader, code in verdicts.items():
            if code is not None:
                reader.close(code)

    # The layer

    async def _listen(self):
        layer = get_channel_layer()
        while True:
            try:
                self._channel = await layer.new_channel()
                self._groups.clear()
                await self._subscribe()
                while True:
                    for _ in range(EVENTS_AT_A_TIME):
                        self._route(await layer.receive(self._channel))
                    await asyncio.sleep(0)
            except Exception as error:
                logger.warning("The channel layer is gone, and the database serves: %r", error)
                await asyncio.sleep(1)

    def _route(self, event):
        match event["type"]:
            case "room.changed":
                self._take(event)
            case "room.hint":
                self._hint(event)
            case "room.typing":
                self.hints.typing(event)
            case "presence.changed":
                self.hints.people_changed(event["room"])
            case "access.changed":
                self._suspect(event["user"])
            case "room.read":
                self._mark_read(event["user"], event["room"])

    def _take(self, event):
        feed = self.feeds.get(event["room"])
        if feed is not None:
            if event["posted"]:
                self.hints.room_unread(feed, event["authors"])
                self.hints.typing_ended(feed.room_id, event["authors"])
            feed.take(event)
            if not self._unflushed:
                asyncio.get_running_loop().call_soon(self._flush)
            self._unflushed.add(feed)

    def _hint(self, event):
        feed = self.feeds.get(event["room"])
        if feed is not None:
            feed.hint(event["html"])

    def _flush(self):
        """Deliver what has come since: many changes of a room at once leave as one frame."""
        feeds, self._unflushed = self._unflushed, set()
        for feed in feeds:
            try:
                if feed.delivered is not None and not feed.flush():
                    asyncio.get_running_loop().create_task(self._heal(feed))
            except Exception:  # one room's trouble is not the others'
                logger.exception("The changes of room %s could not be delivered", feed.room_id)

    def _suspect(self, user_id):
        """Send a person nothing more until the database has said what they may read."""
        check = asyncio.get_running_loop().create_task(self._check_suspect(user_id))
        for reader in self.readers.get(user_id, ()):
            reader.check = check
            feed = self._feed(reader.room_id)
            if reader not in feed.joining:
                feed.hold(reader)

    async def _check_suspect(self, user_id):
        readers = list(self.readers.get(user_id, ()))
        try:
            await self.check_access(user_id)
            watched = await in_database(access.watched_rooms)(user_id)
        except Exception:
            for reader in readers:  # not known to be allowed: come back, and be asked at the door
                reader.close(TRY_AGAIN_LATER)
            raise
        for reader in readers:
            reader.check = None
            if not reader.closed:
                self.watch(reader, watched - reader.watching - {reader.room_id})
                if reader.cursor is not None:
                    await self.catch_up(reader, reader.cursor)

    def _mark_read(self, user_id, room_id):
        for reader in self.readers.get(user_id, ()):
            self.watch(reader, [room_id])
            self.hints.send_unread(reader, room_id, unread=False)

    async def _subscribe(self):
        """Join the groups of the rooms and people that have readers here, and leave the others."""
        if self._channel is None:
            return
        layer = get_channel_layer()
        wanted = {room_group(room_id) for room_id in self.feeds}
        wanted |= {user_group(user_id) for user_id in self.readers}
        try:
            for group in wanted - self._groups:
                self._groups.add(group)
                await layer.group_add(group, self._channel)
            for group in self._groups - wanted:
                self._groups.discard(group)
                await layer.group_discard(group, self._channel)
        except Exception as error:
            self._groups.discard(group)
            logger.warning("The channel layer did not take a subscription: %r", error)

    # The database

    async def _know(self, feed):
        """Learn what a room's newest change is, for a feed that has not delivered any yet."""
        if feed.delivered is None:
            counters = await in_database(_read_counters)([feed.room_id])
            if feed.delivered is None:
                feed.delivered, feed.position = counters[feed.room_id]

    async def _read_changes(self, room_id, cursor):
        """Read what is missing after `cursor`; whoever wants the same at once shares the query."""
        key = (room_id, cursor)
        read = self._reads.get(key)
        if read is None:
            read = asyncio.ensure_future(in_database(broadcasts.changes_since)(room_id, cursor))
            self._reads[key] = read
            read.add_done_callback(lambda _: self._reads.pop(key, None))
        return await asyncio.shield(read)

    async def _heal(self, feed):
        """Deliver from the database what the layer did not bring."""
        complete = feed.healing
        feed.healing = True
        try:
            while not complete:
                revision, html, complete = await self._read_changes(feed.room_id, feed.delivered)
                feed.heal(revision, html)
            feed.flush()
        finally:
            feed.healing = False

    async def _compare_with_database(self):
        counters = await in_database(_read_counters)(list(self.feeds))
        for room_id, (revision, position) in counters.items():
            feed = self.feeds.get(room_id)
            if feed is None:
                continue
            if position > (feed.position or position):
                self.hints.room_unread(feed)
            feed.position = position
            if feed.delivered is not None and revision > feed.delivered:
                await self._heal(feed)

    # Beats

    async def _repeat(self, seconds, beat):
        while True:
            await asyncio.sleep(seconds)
            try:
                await beat()
            except Exception as error:
                logger.warning("%s failed and is tried again: %r", beat.__name__, error)

    async def _look_around(self):
        await self.presence.flush()
        await self.hints.draw()
        await self._subscribe()
        now = asyncio.get_running_loop().time()
        for readers in list(self.readers.values()):
            for reader in list(readers):
                if reader.is_stalled(now):
                    reader.close(TRY_AGAIN_LATER)

    async def _renew(self):
        await self.presence.renew()
        for feed in self.feeds.values():
            if feed.has_readers:
                self.hints.people_changed(feed.room_id)

    def _feed(self, room_id):
        if room_id not in self.feeds:
            self.feeds[room_id] = Feed(room_id)
        return self.feeds[room_id]


def _read_counters(room_ids):
    rows = Room.objects.filter(pk__in=room_ids).values_list("pk", "revision", "last_position")
    return {room_id: (revision, position) for room_id, revision, position in rows}


hub = Hub()
