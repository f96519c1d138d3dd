"""Store the presence leases of one process's connections in batches.

After a restart, a thousand people reconnect at once; batching stores them in one transaction.
"""

import asyncio
import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from core.threads import in_database

from .. import broadcasts
from ..models import Presence

LEASE = timedelta(seconds=45)


class PresenceKeeper:
    """Collects arrivals and departures. `flush` stores them and notifies their rooms."""

    def __init__(self):
        self.process = secrets.token_hex(16)
        self._arrivals = {}
        self._departures = {}
        self._turn = asyncio.Lock()

    def arrive(self, connection, room_id, user_id, session_key):
        """Add a new connection. `connection` is a unique string."""
        self._arrivals[connection] = Presence(
            room_id=room_id,
            user_id=user_id,
            connection=connection,
            process=self.process,
            session_key=session_key or "",
        )

    def depart(self, connection, room_id):
        """Remove a connection that has ended."""
        if self._arrivals.pop(connection, None) is None:
            self._departures[connection] = room_id

    def has_news(self):
        """Return whether there is anything to store."""
        return bool(self._arrivals or self._departures)

    async def flush(self):
        """Store the changes since the last flush in one transaction, then notify the rooms.

        What an earlier flush is storing is stored as well when this one returns. If storing fails,
        raise the exception and keep the changes for the next flush.
        """
        async with self._turn:
            if self.has_news():
                await self._flush()

    async def _flush(self):
        arrivals, self._arrivals = self._arrivals, {}
        departures, self._departures = self._departures, {}
        try:
            await in_database(record)(list(arrivals.values()), list(departures))
        except Exception:
            self._arrivals = arrivals | self._arrivals
            self._departures = departures | self._departures
            raise
        rooms = {presence.room_id for presence in arrivals.values()} | set(departures.values())
        for room_id in rooms:
            broadcasts.presence_changed(room_id)

    async def renew(self, connections):
        """Extend the leases of this process. Return the `connections` that have lost theirs."""
        return await in_database(renew)(self.process, connections)

    async def end(self):
        """Delete the leases of this process when it shuts down."""
        await in_database(end)(self.process)


@transaction.atomic
def record(arrivals, departures):
    """Save the unsaved Presences in `arrivals`; delete those of the connections `departures`."""
    expires_at = timezone.now() + LEASE
    for presence in arrivals:
        presence.expires_at = expires_at
    Presence.objects.bulk_create(arrivals, ignore_conflicts=True)
    Presence.objects.filter(connection__in=departures).delete()


def renew(process, connections):
    """Extend the leases of one process and delete the expired leases of all processes.

    Return the subset of the set `connections` that has no lease. This happens if the process was
    frozen for longer than a lease and another process deleted its leases.
    """
    now = timezone.now()
    leases = Presence.objects.filter(process=process)
    renewed = leases.update(expires_at=now + LEASE)
    Presence.objects.filter(expires_at__lte=now).delete()
    if renewed >= len(connections):
        return set()
    return connections - set(leases.values_list("connection", flat=True))


def end(process):
    """Delete all leases of a process that shuts down."""
    Presence.objects.filter(process=process).delete()
