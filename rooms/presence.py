"""Keeps the leases of one process's connections, written together and a little later.

A thousand people who come back at once after a restart are one transaction, not a thousand.
"""

import secrets

from users.database import in_database

from . import actions, broadcasts
from .models import Presence


class PresenceKeeper:
    """Notes who comes and goes; `flush`, called every beat, stores it and tells the rooms."""

    def __init__(self):
        self.process = secrets.token_hex(16)
        self._arrivals = {}
        self._departures = {}

    def arrive(self, connection, room_id, user_id, session_key):
        """Note a new connection, named by a string that no other connection has."""
        self._arrivals[connection] = Presence(
            room_id=room_id,
            user_id=user_id,
            connection=connection,
            process=self.process,
            session_key=session_key or "",
        )

    def depart(self, connection, room_id):
        """Note that a connection has ended."""
        if self._arrivals.pop(connection, None) is None:
            self._departures[connection] = room_id

    async def flush(self):
        """Store what was noted since the last time, in one transaction."""
        if not (self._arrivals or self._departures):
            return
        arrivals, self._arrivals = self._arrivals, {}
        departures, self._departures = self._departures, {}
        try:
            await in_database(actions.record_presence)(list(arrivals.values()), list(departures))
        except Exception:
            self._arrivals = {**arrivals, **self._arrivals}
            self._departures = {**departures, **self._departures}
            raise
        rooms = {presence.room_id for presence in arrivals.values()} | set(departures.values())
        for room_id in rooms:
            broadcasts.presence_changed(room_id)

    async def renew(self, connections):
        """Prolong the leases of this process; return which of `connections` have lost theirs."""
        return await in_database(actions.renew_presence)(self.process, connections)

    async def end(self):
        """End the leases of this process, which is leaving."""
        await in_database(actions.end_presence)(self.process)
