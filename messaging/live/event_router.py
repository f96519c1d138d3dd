"""Dispatches the room and user events that arrive on the channel of this process."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from channels.layers import get_channel_layer

from core.background_tasks import BackgroundTasks
from core.events import (
    AccessChanged,
    PresenceChanged,
    RoomChanged,
    RoomHint,
    RoomNarrowed,
    RoomRead,
    RoomTyping,
    RoomUnread,
    SavedChanged,
)
from rooms.access_revisions import Revisions

from .access_monitor import AccessMonitor
from .backfill import Backfill
from .catch_up import CatchUp
from .ephemeral import Ephemeral
from .feed import Feed
from .registry import Registry
from .sidebar.lists import RoomLists
from .subscriptions import Subscriptions

logger = logging.getLogger(__name__)

EVENTS_AT_A_TIME = 200
# Changes without news of one room leave at most once in this time, so that a thousand people who
# react to one message at once cost each reader a few fragments and not a thousand.
GATHER_SECONDS = 0.25
_NOTHING_LOST = Revisions(0, 0)


class EventRouter:
    """Dispatches channel-layer events. Dropped events are recovered by Backfill."""

    def __init__(
        self,
        registry: Registry,
        subscriptions: Subscriptions,
        access_monitor: AccessMonitor,
        ephemeral: Ephemeral,
        room_lists: RoomLists,
        backfill: Backfill,
        catch_up: CatchUp,
        tasks: BackgroundTasks,
    ) -> None:
        self._registry = registry
        self._subscriptions = subscriptions
        self._access_monitor = access_monitor
        self._ephemeral = ephemeral
        self._room_lists = room_lists
        self._backfill = backfill
        self._catch_up = catch_up
        self._tasks = tasks
        self._unflushed: set[Feed] = set()
        self.handlers: Mapping[str, Callable[[Any], None]] = {  # of core.events.EVENTS, all
            "room.changed": self._change_room,
            "room.hint": self._push_hint,
            "room.narrowed": self._narrow_room,
            "room.typing": self._show_typing,
            "presence.changed": self._change_presence,
            "access.changed": self._change_access,
            "room.read": self._mark_read,
            "room.unread": self._mark_unread,
            "saved.changed": self._count_saved,
        }

    async def listen(self) -> None:
        """Handle events until the process ends."""
        layer = get_channel_layer()
        while True:
            try:
                channel = await layer.new_channel()
                self._subscriptions.begin(channel)
                while True:
                    for _ in range(EVENTS_AT_A_TIME):
                        self.route(await layer.receive(channel))
                    await asyncio.sleep(0)
            except Exception as error:
                self._registry.counts["layer_reconnects_total"] += 1
                logger.warning(
                    "Channel layer unavailable, polling the database instead: %r",
                    error,
                    extra={"event": "layer.unavailable"},
                )
                await asyncio.sleep(1)

    def route(self, event: Any) -> None:
        """Handle one event. Never raises an exception."""
        try:
            self.handlers[event["type"]](event)
        except Exception:  # one bad event must not stop the rest
            logger.exception(
                "Could not handle an event: %s",
                event.get("type"),
                extra={"event": "layer.event_failed", "fields": {"type": event.get("type")}},
            )

    def _change_room(self, event: RoomChanged) -> None:
        feed = self._registry.feeds.get(event["room"])
        if feed is None:
            return
        counts = self._registry.counts
        lag = time.time() - event.get("at", time.time())
        counts["delivery_lag_seconds_sum"] += lag  # type: ignore[assignment]  # a float
        counts["delivery_lag_seconds_count"] += 1
        self._room_lists.room_changed(feed, event["revision"])
        take = partial(self._take, feed, event)
        self._access_monitor.when_clear(feed, event["access"], take)

    def _take(self, feed: Feed, event: RoomChanged) -> None:
        if event["posted"]:
            self._ephemeral.typing_ended(feed.room_id, event["authors"], event["revision"])
        if feed.has_readers:
            feed.take(event)
            if event.get("can_wait"):  # events of older releases do not say so
                self._gather(feed)
            else:
                self._flush_soon(feed)
        self._registry.drop_if_empty(feed)

    def _push_hint(self, event: RoomHint) -> None:
        feed = self._registry.feeds.get(event["room"])
        if feed is not None:
            self._backfill.forget(feed.room_id)
            hint = partial(feed.hint, "room-header", event["html"])
            self._access_monitor.when_clear(feed, event["access"], hint)

    def _narrow_room(self, event: RoomNarrowed) -> None:
        feed = self._registry.feeds.get(event["room"])
        if feed is not None:
            self._registry.note_moved(feed)
            render_again = partial(self._ephemeral.people_changed, feed.room_id)
            self._access_monitor.when_clear(feed, event["access"], render_again)

    def _show_typing(self, event: RoomTyping) -> None:
        feed = self._registry.feeds.get(event["room"])
        if feed is not None:
            show = partial(self._ephemeral.typing, event)
            self._access_monitor.when_clear(feed, event["access"], show)

    def _gather(self, feed: Feed) -> None:
        """Flush a feed now if it has rested for GATHER_SECONDS, else as soon as it has.

        What cannot wait takes along what is held until then.
        """
        if not feed.is_gathering:
            feed.is_gathering = True
            loop = asyncio.get_running_loop()
            loop.call_at(max(loop.time(), feed.gathers_until), self._end_gathering, feed)

    def _end_gathering(self, feed: Feed) -> None:
        feed.is_gathering = False
        feed.gathers_until = asyncio.get_running_loop().time() + GATHER_SECONDS
        self._flush_soon(feed)

    def _flush_soon(self, feed: Feed) -> None:
        if not self._unflushed:
            asyncio.get_running_loop().call_soon(self._flush)
        self._unflushed.add(feed)

    def _flush(self) -> None:
        """Deliver the collected events; several changes of a room leave as one frame."""
        feeds, self._unflushed = self._unflushed, set()
        for feed in feeds:  # somebody may have lost access since their events were taken
            deliver = partial(self._deliver, feed)
            self._access_monitor.when_clear(feed, _NOTHING_LOST, deliver)

    def _deliver(self, feed: Feed) -> None:
        try:
            if feed.delivered is not None and not feed.flush():
                self._tasks.run(self._backfill.fill_gap(feed))
        except Exception:  # one bad room must not stop the rest
            logger.exception(
                "Could not deliver the changes of room %s",
                feed.room_id,
                extra={"event": "room.delivery_failed", "fields": {"room": feed.room_id}},
            )

    def _change_presence(self, event: PresenceChanged) -> None:
        self._ephemeral.people_changed(event["room"])

    def _change_access(self, event: AccessChanged) -> None:
        if event["user"] in self._registry.followers:
            self._registry.moved_people.add(event["user"])
        self._access_monitor.revalidate(event["user"], self._catch_up.resume)

    def _mark_read(self, event: RoomRead) -> None:
        self._room_lists.room_read(event["user"], event["room"])

    def _mark_unread(self, event: RoomUnread) -> None:
        for reader in self._registry.readers_of([event["user"]]):
            if reader.room_id == event["room"]:
                self._ephemeral.stop_reading(reader)
        self._room_lists.room_read(event["user"], event["room"])

    def _count_saved(self, event: SavedChanged) -> None:
        self._room_lists.user_changed(event["user"])
