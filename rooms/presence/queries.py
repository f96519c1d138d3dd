"""The query for the people who are in a room now, as its page shows them."""

from datetime import datetime

from django.utils import timezone

from core.queries.prepared import Prepared

from ..models import Presence

_SEEN = Prepared(
    lambda room, now: Presence.objects.seen_in([room], now).order_by("pk"), room=int, now=datetime
)


def seen_in(room):
    """Return what is found of the connections that people have open to `room`."""
    return _SEEN.run(room=room.pk, now=timezone.now())
