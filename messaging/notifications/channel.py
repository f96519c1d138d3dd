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
    exception, nothing counts as sent and the task retries.
    """

    name: str  # stored with sent notifications: never change it
    delay: timedelta  # the minimum age of an event, so that most users have read it by then
    news: timedelta  # the maximum age of an event: a new channel must not send old ones
    gap: timedelta  # between two notifications of one user
    is_on: Callable[[], bool]
    reachable: Callable[[], QuerySet[User]]
    send: Callable[..., None]

    def is_due(self, now: datetime, moment: str = "created_at") -> Q:
        """Return a Q of the rows whose `moment` is neither too recent nor too old at `now`."""
        return Q(**{f"{moment}__lte": now - self.delay, f"{moment}__gt": now - self.news})
