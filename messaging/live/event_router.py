"""What the channel layer brings to this process: events of rooms and people, on one channel."""

import asyncio
import logging
import time
from functools import partial

from channels.layers import get_channel_layer

logger = logging.getLogger(__name__)

EVENTS_AT_A_TIME = 200


class EventRouter:
    """Tells the hub's parts what happened; what the layer drops, the hub's backfill brings."""

    def __init__(self, hub):
        self._hub = hub
        self._unflushed = set()

    async def listen(self):
        """Take event after event, for as long as the process lives."""
        layer = get_channel_layer()
        while True:
            try:
                channel = await layer.new_channel()
                self._hub.subscriptions.begin(channel)
                while True:
                    for _ in range(EVENTS_AT_A_TIME):
                        self.route(await layer.receive(channel))
                    await asyncio.sleep(0)
            except Exception as error:
                logger.warning("The channel layer is gone, and the database serves: %r", error)
                await asyncio.sleep(1)

    def route(self, event):
        """Take one event; raises nothing."""
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
            case "room.narrowed":
                self._narrow(event)
            case "room.typing":
                self._type(event)
            case "presence.changed":
                self._hub.ephemeral.people_changed(event["room"])
            case "access.changed":
                self._hub.access_monitor.revalidate(event["user"])
            case "room.read":
                self._mark_read(event["user"], event["room"], event["access"])

    def _take(self, event):
        feed = self._hub.feeds.get(event["room"])
        if feed is None:
            return
        self._hub.counts["delivery_lag_seconds_sum"] += time.time() - event.get("at", time.time())
        self._hub.counts["delivery_lag_seconds_count"] += 1
        if event["posted"]:
            feed.position = None  # known by this event: the next comparison need not tell of it
        take = partial(self._take_in, feed, event)
        self._hub.access_monitor.when_clear(feed, event["access"], take)

    def _take_in(self, feed, event):
        if event["posted"]:
            self._hub.ephemeral.room_unread(feed, event["access"], event["authors"])
            self._hub.ephemeral.typing_ended(feed.room_id, event["authors"])
        if feed.has_readers:
            feed.take(event)
            if not self._unflushed:
                asyncio.get_running_loop().call_soon(self._flush)
            self._unflushed.add(feed)
        self._hub.drop_if_empty(feed)

    def _hint(self, event):
        feed = self._hub.feeds.get(event["room"])
        if feed is not None:
            hint = partial(feed.hint, event["html"])
            self._hub.access_monitor.when_clear(feed, event["access"], hint)

    def _narrow(self, event):
        feed = self._hub.feeds.get(event["room"])
        if feed is not None:
            redraw = partial(self._hub.ephemeral.people_changed, feed.room_id)
            self._hub.access_monitor.when_clear(feed, event["access"], redraw)

    def _type(self, event):
        feed = self._hub.feeds.get(event["room"])
        if feed is not None:
            show = partial(self._hub.ephemeral.typing, event)
            self._hub.access_monitor.when_clear(feed, event["access"], show)

    def _flush(self):
        """Deliver what has come since: many changes of a room at once leave as one frame."""
        feeds, self._unflushed = self._unflushed, set()
        for feed in feeds:
            try:
                if feed.delivered is not None and not feed.flush():
                    self._hub.run(self._hub.backfill.fill_gap(feed))
            except Exception:  # one room's trouble is not the others'
                logger.exception("The changes of room %s could not be delivered", feed.room_id)

    def _mark_read(self, user_id, room_id, access_revision):
        readers = [reader for reader in self._hub.readers.get(user_id, ()) if not reader.is_stream]
        for reader in readers:
            if reader.room_id != room_id:
                self._hub.watch(reader, {room_id: access_revision})
        self._hub.ephemeral.send_unread(readers, room_id, unread=False)
