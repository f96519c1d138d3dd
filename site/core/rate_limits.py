"""Rate limits for each user, counted across all processes.

Each use of a limit occupies one of its numbered places in the shared cache for the limit's period.
A place is taken with `cache.add`, which is atomic on Redis and in the database; `incr` is a read
and a write there, and would lose uses. Limits for visitors are allauth's
(settings.ACCOUNT_RATE_LIMITS).
"""

import ipaddress
import logging
import math
import random
import threading
import time
from typing import Any, NamedTuple, Protocol

from django.conf import settings
from django.core.cache import cache

from . import read_only

logger = logging.getLogger(__name__)


class HasKey(Protocol):
    """A User, or another object with a primary key, whose uses of a limit are counted."""

    pk: Any


class Limit(NamedTuple):
    """At most `count` uses by one user within any period of `seconds`."""

    count: int  # type: ignore[assignment]  # hides tuple.count
    seconds: int


LIMITS = {
    "post": Limit(60, 60),  # on top of the uncounted share: see `take_often`
    "edit": Limit(30, 60),
    "draft": Limit(60, 60),  # on top of the uncounted share, as for "post"
    "schedule": Limit(120, 3600),
    "complete": Limit(120, 60),
    "delete": Limit(60, 60),
    "mark": Limit(120, 60),  # as read or unread
    "save": Limit(60, 60),  # for later
    "pin": Limit(60, 60),  # pinning and unpinning
    "room name": Limit(20, 3600),  # creating and renaming rooms, which reveal names that exist
    "room settings": Limit(60, 3600),
    "join": Limit(60, 3600),
    "talk": Limit(30, 3600),
    "invite": Limit(60, 3600),  # somebody into a room
    "invitation": Limit(60, 3600),  # into the workspace
    "report": Limit(20, 3600),
    "search": Limit(60, 60),
    "find": Limit(240, 60),  # rooms and people by name, while somebody types
    "arrange": Limit(120, 60),  # the own list of rooms
    "export": Limit(20, 3600),
    "kept words": Limit(20, 3600),  # per IP address: see users.login.kept_forms
}


def define(name: str, count: int, seconds: int) -> None:
    """Add the limit of a feature, which stands beside what it limits, to LIMITS."""
    LIMITS[name] = Limit(count, seconds)


# The maximum numbers of open connections, sockets and streams together.
CONNECTIONS_PER_USER = 30  # in all processes
CONNECTIONS_PER_ADDRESS = 2_000  # in one process: a whole school may share an IP address

REMEMBERED_PEOPLE = 10_000


def take(name: str, person: HasKey) -> int:
    """Count one use of the limit `name` by `person`.

    Return 0 if the use is allowed, and the seconds to wait if it is not. If the cache is down, the
    use is allowed. Raise WouldChange in a read-only request, whose uses cannot be counted.
    """
    read_only.require_changes()
    if not settings.RATE_LIMITS:
        return 0
    try:
        return _take_place(LIMITS[name], f"limit.{name.replace(' ', '-')}.{person.pk}")
    except Exception as error:  # an unavailable cache must not lock people out
        logger.warning(
            "Could not count the rate limit %s, allowing the use: %r",
            *(name, error),
            extra={"event": "rate_limit.unavailable", "fields": {"limit": name}},
        )
        return 0


def allow_guess(key: str, count: int, seconds: int) -> bool:
    """Count one guess at the secret named `key`; return True if it is allowed.

    `count` guesses are allowed within `seconds`. They are counted even if RATE_LIMITS is off. If
    the cache is down, the guess is not allowed.
    """
    try:
        return _take_place(Limit(count, seconds), f"limit.guess.{key}") == 0
    except Exception as error:
        logger.warning(
            "Could not count a guess at a secret, refusing it: %r",
            error,
            extra={"event": "rate_limit.guess_refused"},
        )
        return False


def _take_place(limit: Limit, key: str) -> int:
    now = time.time()
    places = [f"{key}.{number}" for number in range(limit.count)]
    taken = cache.get_many(places)  # {place: its expiry, in seconds since the epoch}
    free = [place for place in places if place not in taken]
    random.shuffle(free)  # so that processes seldom compete for the same place
    for place in free:
        if cache.add(place, now + limit.seconds, limit.seconds):
            return 0
    return max(1, math.ceil(min(taken.values(), default=now) - now))


class Bucket:
    """A token bucket in the memory of one process: `burst` tokens, refilled at `a_second`."""

    __slots__ = ("_a_second", "_at", "_burst", "_left")

    def __init__(self, burst: float, a_second: float) -> None:
        self._burst = self._left = burst
        self._a_second = a_second
        self._at = time.monotonic()

    def take(self, count: int = 1) -> bool:
        """Take `count` tokens and return True; return False if there are not enough."""
        self._refill()
        if self._left < count:
            return False
        self._left -= count
        return True

    def is_full(self) -> bool:
        self._refill()
        return self._left >= self._burst

    def _refill(self) -> None:
        now = time.monotonic()
        self._left = min(self._burst, self._left + (now - self._at) * self._a_second)
        self._at = now


# {(limit, person): the Bucket of uses that are not counted in the cache}
_free: dict[tuple[str, Any], Bucket] = {}
_free_lock = threading.Lock()


def take_often(name: str, person: HasKey) -> int:
    """Like `take`, but without a cache query at a normal pace. For frequent acts, such as posting.

    A sixth of the limit as a burst, and half of its rate, is counted in this process's memory
    only, divided by the number of processes. Faster uses are counted by `take`, in addition.
    """
    if not settings.RATE_LIMITS:
        return 0
    count, seconds = LIMITS[name]
    with _free_lock:
        bucket = _free.get((name, person.pk))
        if bucket is None:
            if len(_free) >= REMEMBERED_PEOPLE:
                _drop_full_buckets()
            share = count / settings.PROCESSES
            bucket = _free[name, person.pk] = Bucket(max(1, share / 6), share / 2 / seconds)
        is_free = bucket.take()
    return 0 if is_free else take(name, person)


def _drop_full_buckets() -> None:
    for key in [key for key, bucket in _free.items() if bucket.is_full()]:
        del _free[key]
    if len(_free) >= REMEMBERED_PEOPLE:
        _free.clear()


def forget() -> None:
    """Forget what this process has counted. For tests."""
    _free.clear()


def network_of(address: str) -> str:
    """Return the network that counts as one client: the IPv4 address, or the /64 of an IPv6 one.

    Providers assign a /64 to each customer. Text that is not an IP address is returned unchanged.
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    if ip.version == 4:
        return str(ip)
    return str(ip.ipv4_mapped or ipaddress.ip_network((int(ip) >> 64 << 64, 64)))
