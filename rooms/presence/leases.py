"""Keeps the leases of one process's connections, written together and a little later.

A thousand people who come back at once after a restart are one transaction, not a thousand.
"""

import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from core.threads import in_database

from .. import broadcasts
from ..models import Presence

LEASE = timedelta(seconds=45)


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
            await in_database(record)(list(arrivals.values()), list(departures))
        except Exception:
            self._arrivals = arrivals | self._arrivals
            self._departures = departures | self._departures
            raise
        rooms = {presence.room_id for presence in arrivals.values()} | set(departures.values())
        for room_id in rooms:
            broadcasts.presence_changed(room_id)

    async def renew(self, connections):
        """Prolong the leases of this process; return which of `connections` have lost theirs."""
        return await in_database(renew)(self.process, connections)

    async def end(self):
        """End the leases of this process, which is leaving."""
        await in_database(end)(self.process)


@transaction.atomic
def record(arrivals, departures):
    """Store leases for `arrivals`, unsaved Presences; end those of `departures`, connections."""
    expires_at = timezone.now() + LEASE
    for presence in arrivals:
        presence.expires_at = expires_at
    Presence.objects.bulk_create(arrivals, ignore_conflicts=True)
    Presence.objects.filter(connection__in=departures).delete()


def renew(process, connections):
    """Prolong the leases of one process's connections and forget those that ran out elsewhere.

    Return which of `connections`, a set, have none: another process forgot those of a process that
    was frozen for too long.
    """
    now = timezone.now()
    leases = Presence.objects.filter(process=process)
    renewed = leases.update(expires_at=now + LEASE)
    Presence.objects.filter(expires_at__lte=now).delete()
    if renewed >= len(connections):
        return set()
    return connections - set(leases.values_list("connection", flat=True))


def end(process):
    """End every lease of a process that is leaving."""
    Presence.objects.filter(process=process).delete()
