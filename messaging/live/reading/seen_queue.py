"""Store how far people have read, as their pages report it, together."""

import asyncio
import logging

from core.batching import Batcher
from core.threads import in_database

from .. import protocol
from ..reader import Reader

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 0.2  # after each transaction: a thousand pages may report the same message


class SeenQueue(Batcher[tuple[Reader, dict[str, str]]]):
    """Stores the first report at once, and then those of each moment in one transaction."""

    AT_A_TIME = 1_000

    def note(self, reader: Reader, fields: dict[str, str]) -> None:
        """Store what the page of `reader` has seen, from the `fields` of a `SeenForm`."""
        self._add((reader, fields))

    async def _work_on(self, batch: list[tuple[Reader, dict[str, str]]]) -> None:
        newest = {reader: fields for reader, fields in batch if reader.is_reading}
        try:
            await _mark_seen(list(newest.items()))
        except Exception:  # the next report has this one's position, or a later one
            logger.exception("Could not store what was read", extra={"event": "seen.failed"})
        await asyncio.sleep(PAUSE_SECONDS)


_mark_seen = in_database(protocol.mark_seen)
seen_queue = SeenQueue()
