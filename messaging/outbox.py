"""Takes what the sockets of this process post, and stores together what comes at once.

One transaction costs as much as several messages in it; while one is under way, the next
messages gather. Nothing is acknowledged before its transaction is committed.
"""

import asyncio
import logging

from django.db import InterfaceError, OperationalError

from users.database import in_database

from . import sockets
from .readers import TRY_AGAIN_LATER

logger = logging.getLogger(__name__)

AT_A_TIME = 100
WAITING = 2_000
DATABASE_IS_AWAY = (OperationalError, InterfaceError)


class Outbox:
    def __init__(self):
        self._waiting = []
        self._task = None

    def send(self, reader, fields):
        """Post for a reader, soon; the answer is pushed to it. Too much waiting closes it."""
        if len(self._waiting) >= WAITING:
            reader.close(TRY_AGAIN_LATER)
            return
        self._waiting.append((reader, sockets.Send(reader.user_id, reader.room_id, fields)))
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._store())

    async def _store(self):
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:AT_A_TIME], self._waiting[AT_A_TIME:]
                await self._post(batch)
        finally:
            self._task = None

    async def _post(self, batch):
        try:
            answers = await in_database(sockets.post_all)([send for _reader, send in batch])
        except Exception as error:
            if len(batch) > 1 and not isinstance(error, DATABASE_IS_AWAY):
                for entry in batch:  # one that cannot be stored must not take the others with it
                    await self._post([entry])
                return
            # Not acknowledged, so not lost: the pages send it again when they return.
            logger.exception("%s messages could not be stored", len(batch))
            for reader, _send in batch:
                reader.close(TRY_AGAIN_LATER)
        else:
            for (reader, _send), answer in zip(batch, answers, strict=True):
                reader.push(answer)


outbox = Outbox()
