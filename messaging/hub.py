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
from .feeds import Feed, drawn
from .hints import Hints
from .readers import NOT_FOUND, TRY_AGAIN_LATER
from .subscriptions import Subscriptions

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
        self.subscriptions = Subscriptions()
        self._tasks = []
        self._errands = set()
        self._newcomers = set()
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
                        (BEAT, self._check_newcomers),
                        (BEAT, self.presence.flush),
                        (BEAT, self.hints.draw),
                        (SAFETY_SECONDS, self._compare_with_database),
                        (RENEWAL_SECONDS, self._renew),
                        (ACCESS_SECONDS, self.check_access),
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

        `watched` are the rooms of this person in which there is nothing unread.
        """
        self.start()
        if reader.user_id not in self.readers:
            self.subscriptions.want(user_group(reader.user_id))
        self.readers[reader.user_id].add(reader)
        self._newcomers.add(reader)
        feed = self._feed(reader.room_id)
        feed.hold(reader)
        self.watch(reader, watched)
        self.presence.arrive(reader.connection, reader.room_id, reader.user_id, reader.session_key)
        feed.people = None  # the newcomer has not been told who is here
        await self.subscriptions.settled()
        await self._know(feed)

    async def catch_up(self, reader, cursor):
        """Send a reader all that the database has after revision `cursor`, then let it go live."""
        if reader.closed:
            return
        feed = self._feed(reader.room_id)
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
        await self._know(feed)
        while not reader.closed:
            cursor = reader.cursor
            revision, changes, complete = await self._read_changes(reader.room_id, cursor)
            await reader.access_checked()
            await reader.send(drawn([changes], reader.audience))
            if reader.cursor == cursor:  # otherwise the page has asked anew
                reader.cursor = revision
                if complete and not reader.closed and feed.release(reader):
                    return

    def leave(self, reader):
        """Forget a reader whose connection has ended, for whatever reason; once is enough."""
        reader.closed = True
        if reader not in self.readers.get(reader.user_id, ()):
            return
        for room_id in {reader.room_id, *reader.watching}:
            self._leave_feed(reader, self.feeds[room_id])
        self._newcomers.discard(reader)
        self.readers[reader.user_id].discard(reader)
        if not self.readers[reader.user_id]:
            del self.readers[reader.user_id]
            self.subscriptions.drop(user_group(reader.user_id))
        self.presence.depart(reader.connection, reader.room_id)

    def _leave_feed(self, reader, feed):
        feed.leave(reader)
        self._drop_if_empty(feed)

    def watch(self, reader, rooms):
        """Let a reader hear when one of `rooms`, in which it has read everything, is unread."""
        if reader.is_stream:  # its page has no list of rooms
            return
        for room_id in set(rooms) - {reader.room_id}:
            reader.watching.add(room_id)
            self._feed(room_id).watchers.add(reader)

    def _unwatch(self, reader, rooms):
        for room_id in rooms:
            reader.watching.discard(room_id)
            self.feeds[room_id].watchers.discard(reader)
            self._drop_if_empty(self.feeds[room_id])

    async def check_access(self, user_id=None):
        """Close every reader (of one person) who may not read on; a few queries, not one each."""
        people = [user_id] if user_id else list(self.readers)
        await self._check([reader for person in people for reader in self.readers.get(person, ())])

    async def _check(self, readers):
        verdicts = await in_database(access.verdicts)(readers) if readers else {}
        for reader, code in verdicts.items():
            if code is not None:
                reader.close(code)

    async def _check_newcomers(self):
        """Ask once more of those who came in before their groups were joined: an event that said
        that they may not read on would have been missed."""
        newcomers, self._newcomers = self._newcomers, set()
        await self._check(list(newcomers))

    # The layer

    async def _listen(self):
        layer = get_channel_layer()
        while True:
            try:
                channel = await layer.new_channel()
                self.subscriptions.begin(channel)
                while True:
                    for _ in range(EVENTS_AT_A_TIME):
                        self._route(await layer.receive(channel))
                    await asyncio.sleep(0)
            except Exception as error:
                logger.warning("The channel layer is gone, and the database serves: %r", error)
                await asyncio.sleep(1)

    def _route(self, event):
        try:
            self._receive(event)
        except Exception:  # one event's trouble is not the others'
            logger.exception("An event could not be taken: %s", event.get("type"))

    def _receive(self, event):
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
        if feed is None:
            return
        if event["posted"]:
            feed.position = None  # known by this event: the next comparison need not tell of it
            self.hints.room_unread(feed, event["authors"])
            self.hints.typing_ended(feed.room_id, event["authors"])
        if feed.has_readers:
            feed.take(event)
            if not self._unflushed:
                asyncio.get_running_loop().call_soon(self._flush)
            self._unflushed.add(feed)
        self._drop_if_empty(feed)

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
                    self._run(self._heal(feed))
            except Exception:  # one room's trouble is not the others'
                logger.exception("The changes of room %s could not be delivered", feed.room_id)

    def _suspect(self, user_id):
        """Send a person nothing more until the database has said what they may read."""
        check = self._run(self._check_suspect(user_id))
        for reader in self.readers.get(user_id, ()):
            reader.check = check
            feed = self._feed(reader.room_id)
            if reader not in feed.joining:
                feed.hold(reader)

    async def _check_suspect(self, user_id):
        try:
            await self.check_access(user_id)
            theirs, watched = await in_database(access.rooms_of)(user_id)
        except Exception:
            for reader in self._checked_by(asyncio.current_task(), user_id):
                reader.close(TRY_AGAIN_LATER)  # not known to be allowed: come back, be asked there
            raise
        for reader in self._checked_by(asyncio.current_task(), user_id):
            if not reader.closed:
                self._unwatch(reader, reader.watching - theirs)
                self.watch(reader, watched - reader.watching)
                if reader.cursor is not None:
                    self._run(self.catch_up(reader, reader.cursor))

    def _checked_by(self, check, user_id):
        """Give those for whom `check` was the last word: who was suspected anew since must wait
        for the later check, as this one may have asked before what the later one is about."""
        for reader in list(self.readers.get(user_id, ())):
            if reader.check is check:
                reader.check = None
                yield reader

    def _mark_read(self, user_id, room_id):
        readers = [reader for reader in self.readers.get(user_id, ()) if not reader.is_stream]
        for reader in readers:
            if reader.room_id != room_id:
                self.watch(reader, [room_id])
        self.hints.send_unread(readers, room_id, unread=False)

    # The database

    async def _know(self, feed):
        """Learn what a room's newest change is, for a feed that has not delivered any yet."""
        if feed.delivered is None:
            counters = await in_database(_read_counters)([feed.room_id])
            if feed.delivered is None and counters:  # none: the room was deleted meanwhile
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
        if feed.healing:
            return
        feed.healing = True
        try:
            complete = False
            while not complete:
                revision, changes, complete = await self._read_changes(feed.room_id, feed.delivered)
                feed.heal(revision, changes)
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
                self._run(self._heal(feed))  # apart: a room that cannot be drawn stops no other
            self._drop_if_empty(feed)

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
                if reader.closed:  # its connection may take long to end, if it ever does
                    self.leave(reader)

    async def _renew(self):
        self.subscriptions.renew()
        await self.presence.renew()
        for feed in self.feeds.values():
            if feed.has_readers:
                self.hints.people_changed(feed.room_id)

    def _run(self, errand):
        """Start a task of its own, kept until it is done (asyncio alone does not keep it)."""
        task = asyncio.get_running_loop().create_task(errand)
        self._errands.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task):
        self._errands.discard(task)
        if not task.cancelled() and task.exception() is not None:
            logger.error("%s failed", task.get_coro().__name__, exc_info=task.exception())

    def _feed(self, room_id):
        if room_id not in self.feeds:
            self.feeds[room_id] = Feed(room_id)
            self.subscriptions.want(room_group(room_id))
        return self.feeds[room_id]

    def _drop_if_empty(self, feed):
        if not feed and self.feeds.get(feed.room_id) is feed:
            del self.feeds[feed.room_id]
            self.subscriptions.drop(room_group(feed.room_id))


def _read_counters(room_ids):
    rows = Room.objects.filter(pk__in=room_ids).values_list("pk", "revision", "last_position")
    return {room_id: (revision, position) for room_id, revision, position in rows}


hub = Hub()
