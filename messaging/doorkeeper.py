"""Ends delivery to those who may not read on: at once when told to look, and at times anyway."""

import asyncio

from users.database import in_database

from . import access
from .readers import TRY_AGAIN_LATER


class Doorkeeper:
    def __init__(self, hub):
        self.newcomers = set()
        self._hub = hub

    async def check(self, user_id=None):
        """Close every reader (of one person) who may not read on; a few queries, not one each."""
        readers = self._hub.readers
        people = [user_id] if user_id else list(readers)
        await self._close([reader for person in people for reader in readers.get(person, ())])

    async def check_newcomers(self):
        """Ask once more of those who came in before their groups were joined: an event that said
        that they may not read on would have been missed."""
        newcomers, self.newcomers = self.newcomers, set()
        await self._close(list(newcomers))

    def suspect(self, user_id):
        """Send a person nothing more until the database has said what they may read."""
        check = self._hub.run(self._look_into(user_id))
        for reader in self._hub.readers.get(user_id, ()):
            reader.check = check
            feed = self._hub.feed_of(reader.room_id)
            if reader not in feed.joining:
                feed.hold(reader)

    async def _close(self, readers):
        verdicts = await in_database(access.verdicts)(readers) if readers else {}
        for reader, code in verdicts.items():
            if code is not None:
                reader.close(code)

    async def _look_into(self, user_id):
        try:
            await self.check(user_id)
            rooms = await in_database(access.rooms_of)([user_id])
        except Exception:
            for reader in self._checked_by(asyncio.current_task(), user_id):
                reader.close(TRY_AGAIN_LATER)  # not known to be allowed: come back, be asked there
            raise
        theirs, watched = rooms[user_id]
        self._hub.hints.rooms_changed(user_id)
        for reader in self._checked_by(asyncio.current_task(), user_id):
            if not reader.closed:
                self._hub.unwatch(reader, reader.watching - theirs)
                self._hub.watch(reader, watched - reader.watching)
                if reader.cursor is not None:
                    self._hub.run(self._hub.catch_up(reader, reader.cursor))

    def _checked_by(self, check, user_id):
        """Give those for whom `check` was the last word: who was suspected anew since must wait
        for the later check, as this one may have asked before what the later one is about."""
        for reader in list(self._hub.readers.get(user_id, ())):
            if reader.check is check:
                reader.check = None
                yield reader
