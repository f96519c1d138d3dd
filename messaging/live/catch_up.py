"""Bring a reader that connects or reconnects from its cursor to the live state.

Catching up renders every missed change, while a reload renders only the newest page. So a page
that has missed too much must reload, and so must a page whose user keeps asking for many changes
by sending old cursors.
"""

import logging

from django.conf import settings

from core.background_tasks import BackgroundTasks
from core.rate_limits import Bucket
from rooms.models import Room

from ..message.broadcasts import BATCH
from . import NOT_FOUND, TOO_FAR_BEHIND, TRY_AGAIN_LATER
from .access_monitor import AccessMonitor
from .backfill import Backfill
from .feed import Feed
from .reader import Reader
from .registry import Registry

logger = logging.getLogger(__name__)

MAX_MISSED = 1_000  # changes that one page may have missed
# How many changes one user may catch up in all pages of this process: burst, and per second.
MAX_MISSED_PER_USER = 10_000
MISSED_PER_SECOND = 100


class CatchUp:
    def __init__(
        self,
        registry: Registry,
        access_monitor: AccessMonitor,
        backfill: Backfill,
        tasks: BackgroundTasks,
    ) -> None:
        self._registry = registry
        self._access_monitor = access_monitor
        self._backfill = backfill
        self._tasks = tasks
        self.limits = CatchUpLimits()

    async def run(self, reader: Reader, cursor: int) -> None:
        """Send a reader all changes after revision `cursor`, then make it live."""
        if reader.closed:
            return
        feed = self._registry.feed_of(reader.room_id)
        feed.hold(reader)
        reader.cursor = cursor  # trust the page's cursor, not what we sent
        if reader.catching_up:  # the running loop picks up the new cursor
            return
        reader.catching_up = True
        try:
            await self._bring_up_to_date(reader, feed)
        except Room.DoesNotExist:
            reader.close(NOT_FOUND)
        except Exception as error:
            logger.warning(
                "A reader of room %s could not catch up: %r",
                *(reader.room_id, error),
                extra={"event": "catch_up.failed", "fields": {"room": reader.room_id}},
            )
            reader.close(TRY_AGAIN_LATER)
        finally:
            reader.catching_up = False

    def resume(self, reader: Reader) -> None:
        """Start catching up a held reader from its last revision."""
        if reader.cursor is not None:
            self._tasks.run(self.run(reader, reader.cursor))

    async def _bring_up_to_date(self, reader: Reader, feed: Feed) -> None:
        await self._backfill.load_baseline(feed)
        read = self._backfill.read_missed
        while not reader.closed:
            cursor = reader.cursor
            if self.limits.refuse(reader, (feed.delivered or 0) - cursor):
                self._registry.counts["catch_ups_refused_total"] += 1
                return reader.close(TOO_FAR_BEHIND)
            revision, changes, complete = await read(feed.room_id, cursor)
            read = self._backfill.read_changes  # what is kept may be too old
            await self._access_monitor.admit(reader, feed, changes["access"])
            await reader.send(reader.encoder.changes([changes]))
            if reader.cursor == cursor and not reader.closed:  # else the page has sent a new one
                reader.cursor = revision
                may_go_live = complete and self._access_monitor.may_go_live(reader, feed)
                if may_go_live and feed.release(reader):
                    return


class CatchUpLimits:
    """How much a user may catch up before their pages have to reload instead."""

    def __init__(self) -> None:
        self._buckets: dict[int, Bucket] = {}  # by user id

    def refuse(self, reader: Reader, missed: int) -> bool:
        """Return True if `reader`, which has missed `missed` changes, must reload its page.

        Otherwise count the batch that it reads next.
        """
        if missed > MAX_MISSED:
            return True
        if not settings.RATE_LIMITS:
            return False
        bucket = self._buckets.get(reader.user_id)
        if bucket is None:
            bucket = Bucket(MAX_MISSED_PER_USER, MISSED_PER_SECOND)
            self._buckets[reader.user_id] = bucket
        return not bucket.take(min(max(missed, 1), BATCH))

    def forget_unused(self) -> None:
        """Forget the users who have not caught up recently."""
        for user_id in [pk for pk, bucket in self._buckets.items() if bucket.is_full()]:
            del self._buckets[user_id]
