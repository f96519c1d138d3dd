"""Takes what the sockets of this process post, and stores together what comes at once.

One transaction costs as much as several messages in it; while one is under way, the next
messages gather. Nothing is acknowledged before its transaction is committed.
"""

import asyncio
import logging

from django.db import InterfaceError, OperationalError
from django.utils import translation

from users.database import Batches, in_database

from . import broadcasts, sockets
from .readers import TRY_AGAIN_LATER

logger = logging.getLogger(__name__)

WAITING = 2_000
PATIENCE = 5.0  # seconds that the end of the process waits for what is being stored
DATABASE_IS_AWAY = (OperationalError, InterfaceError)


class Outbox(Batches):
    def send(self, reader, fields):
        """Post for a reader, soon; the answer is pushed to it. Too much waiting closes it."""
        if len(self._waiting) >= WAITING:
            reader.close(TRY_AGAIN_LATER)
            return
        self._add((reader, sockets.Send(reader.user_id, reader.room_id, fields)))

    async def settled(self):
        """Wait until all that was sent is stored: for the end of the process."""
        if self._task is not None:
            await asyncio.wait([self._task], timeout=PATIENCE)

    async def _work_on(self, batch):
        try:
            answers = await in_database(sockets.post_all)([send for _reader, send in batch])
        except DATABASE_IS_AWAY:
            # Not acknowledged, so not lost: the pages send it again when they return.
            logger.exception("%s messages could not be stored", len(batch))
            for reader, _send in batch:
                reader.close(TRY_AGAIN_LATER)
        except Exception:
            if len(batch) > 1:
                for entry in batch:  # one that cannot be stored must not take the others with it
                    await self._work_on([entry])
                return
            # Sent again it would fail again, for ever: its author is told, and keeps the text.
            logger.exception("A message could not be stored")
            [(reader, _send)] = batch
            with translation.override(reader.language):
                reader.push(broadcasts.render_refused(reason="not_stored"))
        else:
            for (reader, _send), answer in zip(batch, answers, strict=True):
                reader.push(answer)


outbox = Outbox()
