"""What a channel is: one way to notify people, such as email."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from users.models import User


@dataclass(frozen=True)
class Channel:
    """One way to notify people.

    `is_on()` returns True if this site uses it. `reachable()` returns the users whom it can reach
    and who want that. `send(user, rooms, claim)` notifies a user of these RoomNews; if it raises,
    nothing counts as said and the same is tried again.
    """

    name: str  # stored beside what was said: never change it
    delay: timedelta  # how old something must be, so that most people have read it meanwhile
    news: timedelta  # how old something may be: a new mail server must not tell of last year
    gap: timedelta  # between two notifications of one user
    is_on: Callable[[], bool]
    reachable: Callable[[], QuerySet[User]]
    send: Callable[..., None]

    def is_due(self, now: datetime, moment: str = "created_at") -> Q:
        """Return the Q of rows whose `moment` is neither too recent nor too old at `now`."""
        return Q(**{f"{moment}__lte": now - self.delay, f"{moment}__gt": now - self.news})
