"""The hub connects the channel layer with the sockets and streams of this process.

It has one channel on the layer, joins a room's group for the first local reader and leaves it
after the last. The layer only makes delivery fast: revisions show which events it dropped,
repeated or reordered, and missing changes are read from the database.

The hub wires the parts of this package, starts and stops them, and adds and removes readers. No
part knows the hub; each is given the parts below it:

    Registry <- AccessMonitor <- RoomLists <- Ephemeral <- Backfill <- CatchUp <- EventRouter <- Hub

AccessMonitor is that low because nothing may be sent without its consent. The one thing it starts
above itself, to catch up a reader that may go on reading, is a function passed to `revalidate`.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable

from core.background_tasks import BackgroundTasks
from core.events import publish_from
from rooms.presence.leases import PresenceKeeper

from . import SERVICE_RESTART, TRY_AGAIN_LATER
from .access_monitor import AccessMonitor
from .backfill import Backfill
from .catch_up import CatchUp
from .ephemeral import Ephemeral
from .event_router import EventRouter
from .reader import Reader
from .registry import Registry
from .sidebar.lists import RoomLists
from .subscriptions import Subscriptions

logger = logging.getLogger(__name__)

TICK_SECONDS = 0.5  # between two updates of presence, typing and the lists of rooms
GLANCE_SECONDS = 0.05  # how long the first news after a pause waits for more
SAFETY_SECONDS = 2  # between two comparisons of what was delivered with the database
RENEWAL_SECONDS = 15  # between two renewals of presence leases, which last three times as long
ACCESS_SECONDS = 3  # between two checks of a tenth of all readers


class Hub:
    def __init__(self) -> None:
        self.tasks = BackgroundTasks()
        self.presence = PresenceKeeper()
        self.registry = Registry()
        self.subscriptions = Subscriptions(self.registry)
        self.access_monitor = AccessMonitor(self.registry, self.tasks)
        self.ephemeral = Ephemeral(self.registry, self.access_monitor, self.tasks)
        self.room_lists = RoomLists(self.registry, self.access_monitor)
        self.backfill = Backfill(self.registry, self.access_monitor, self.room_lists, self.tasks)
        self._catch_up = CatchUp(self.registry, self.access_monitor, self.backfill, self.tasks)
        self.event_router = EventRouter(
            self.registry,
            self.subscriptions,
            self.access_monitor,
            self.ephemeral,
            self.room_lists,
            self.backfill,
            self._catch_up,
            self.tasks,
        )
        self._repeated: list[asyncio.Task] = []

    # Start and stop

    def start(self) -> None:
        """Start listening in the running event loop. The server calls this once, at its start."""
        loop = asyncio.get_running_loop()
        publish_from(loop)
        self._repeated = [
            loop.create_task(self.event_router.listen()),
            *(
                loop.create_task(self._repeat(seconds, act))
                for seconds, act in (
                    (TICK_SECONDS, self._look_around),
                    (SAFETY_SECONDS, self.backfill.compare),
                    (RENEWAL_SECONDS, self._renew),
                    (ACCESS_SECONDS, self.access_monitor.check_some),
                )
            ),
            *(
                loop.create_task(self._tick(has_news, act))
                for has_news, act in (
                    (self.presence.has_news, self.presence.flush),
                    (self.ephemeral.has_news, self._draw_ephemeral),
                    (self.room_lists.has_news, self.room_lists.draw),
                )
            ),
        ]

    async def stop(self) -> None:
        """Stop the tasks and remove the presence of this process. Called when the process ends."""
        for task in self._repeated:
            task.cancel()
        await asyncio.gather(*self._repeated, return_exceptions=True)
        self._repeated = []
        await self.tasks.cancel()
        await self.presence.end()

    # Readers

    async def join(self, reader: Reader, rooms: Iterable[int] = ()) -> None:
        """Add a reader. It is present immediately, but receives nothing before `catch_up`.

        `rooms` are the rooms that its user is in, if its page has their list.
        """
        feed = self.registry.add(reader, rooms)
        self.room_lists.greet(reader)
        self._arrive(reader)
        await self.subscriptions.settled()
        await self.backfill.load_baseline(feed)

    async def catch_up(self, reader: Reader, cursor: int) -> None:
        """Send a reader all changes after revision `cursor`, then make it live."""
        await self._catch_up.run(reader, cursor)

    def leave(self, reader: Reader) -> None:
        """Remove a reader whose connection has ended. Further calls do nothing."""
        reader.closed = True
        if self.registry.remove(reader):
            self.presence.depart(reader.connection_id, reader.room_id)

    def end_streams(self) -> None:
        """End the responses that last, because the server stops."""
        for reader in self.registry.all_readers():
            if reader.lingers:
                reader.close(SERVICE_RESTART)
        for followers in list(self.registry.followers.values()):
            for follower in list(followers):
                follower.close(SERVICE_RESTART)

    def _arrive(self, reader: Reader) -> None:
        self.presence.arrive(
            reader.connection_id, reader.room_id, reader.user_id, reader.session_key
        )

    # Periodic work

    async def _repeat(self, seconds: float, act: Callable[[], Awaitable[None]]) -> None:
        while True:
            await asyncio.sleep(seconds)
            await _try(act)

    async def _tick(self, has_news: Callable[[], bool], act: Callable[[], Awaitable[None]]) -> None:
        """Act at most once a tick, and soon when there was no news for longer than that."""
        while True:
            await asyncio.sleep(GLANCE_SECONDS)
            if has_news():
                await _try(act)
                await asyncio.sleep(TICK_SECONDS - GLANCE_SECONDS)

    async def _look_around(self) -> None:
        self.subscriptions.settle()
        now = asyncio.get_running_loop().time()
        for reader in self.registry.all_readers():
            if reader.is_stalled(now):
                reader.close(TRY_AGAIN_LATER)
            if reader.closed and not reader.lingers:
                self.leave(reader)  # closing a connection with a full buffer can block forever

    async def _draw_ephemeral(self) -> None:
        await self.presence.flush()  # the first to open a room see themselves in it at once
        await self.ephemeral.draw()

    async def _renew(self) -> None:
        self.subscriptions.renew()
        self._catch_up.limits.forget_unused()
        here = {reader.connection_id: reader for reader in self.registry.all_readers()}
        for connection_id in await self.presence.renew(set(here)):
            if not here[connection_id].closed:
                self._arrive(here[connection_id])
        for feed in self.registry.feeds.values():
            if feed.has_readers:
                self.ephemeral.people_changed(feed.room_id)


async def _try(act: Callable[[], Awaitable[None]]) -> None:
    try:
        await act()
    except Exception as error:
        logger.warning(
            "%s failed, retrying: %r",
            *(act.__qualname__, error),
            extra={"event": "hub.loop_failed", "fields": {"loop": act.__qualname__}},
        )


hub = Hub()
