"""The query for the people who are in a room now, as its page shows them."""

from datetime import datetime

from django.utils import timezone

from core.queries.prepared import Prepared

from ..models import Presence
from .here import COLUMNS, LOOKUPS, Here, by_name

_SEEN = Prepared(
    lambda room, now: Presence.objects.seen_in([room], now).only(*LOOKUPS), room=int, now=datetime
)


def people_in(room) -> list[Here]:
    """Return the people who are in `room` now, by name."""
    return by_name(_SEEN.run(room=room.pk, now=timezone.now()).values(*COLUMNS))
