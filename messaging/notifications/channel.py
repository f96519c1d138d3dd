"""The interface of a notification channel, such as email."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from users.models import User


@dataclass(frozen=True)
class Channel:
    """One way to notify people.

    `is_on()` returns True if this site uses it. `reachable()` returns the users whom it can reach
    and who want that. `send(user, rooms, claim)` notifies a user of these RoomNews; if it raises an
    exception, nothing counts as sent and the task retries. A channel without it is not in CHANNELS:
    it has tasks of its own.
    """

    name: str  # stored with sent notifications: never change it
    delay: timedelta  # the minimum age of an event, so that most users have read it by then
    # The maximum age of an event, without quiet times: a new channel must not send old ones.
    news: timedelta
    gap: timedelta  # between two notifications of one user
    is_on: Callable[[], bool]
    reachable: Callable[[], QuerySet[User]]
    send: Callable[..., None] | None = None
    level: str = "notification_level"  # the field of a membership that says what its user wants
    after: str = "notify_after"  # and the one with the position after which they want everything

    def is_due(self, now: datetime, since: datetime) -> Q:
        """Return a Q of the rows from after `since` that are not too recent at `now`."""
        return Q(created_at__lte=now - self.delay, created_at__gt=since)
