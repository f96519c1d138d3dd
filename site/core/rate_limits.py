"""How often a person may do what costs others, counted for all processes together.

A use of a limit takes one of its numbered places for so many seconds, in the cache that the
processes share. Taking a place is one `add`, of which the cache lets only one succeed, on Redis
and in a database alike; `incr` would lose uses there, being a read and a write. Limits on who is
not logged in are allauth's (settings.ACCOUNT_RATE_LIMITS).
"""

import ipaddress
import logging
import math
import random
import threading
import time
from typing import NamedTuple

from django.conf import settings
from django.core.cache import cache

from . import read_only

logger = logging.getLogger(__name__)


class Limit(NamedTuple):
    """So many uses by one person in so many seconds, whenever these begin."""

    count: int
    seconds: int


LIMITS = {
    "post": Limit(60, 60),  # beyond a person's free pace: see `take_often`
    "edit": Limit(30, 60),
    "delete": Limit(60, 60),
    "room name": Limit(20, 3600),  # making and renaming: it could be used to guess names
    "room settings": Limit(60, 3600),
    "join": Limit(60, 3600),
    "talk": Limit(30, 3600),
    "invite": Limit(60, 3600),  # somebody into a room
    "invitation": Limit(60, 3600),  # into the workspace
    "report": Limit(20, 3600),
    "search": Limit(60, 60),
    "export": Limit(20, 3600),
    "kept words": Limit(20, 3600),  # by one address, without a session: see `kept`
}

# How many connections may be open at once: sockets and streams together.
CONNECTIONS_A_PERSON = 30  # in all processes
CONNECTIONS_AN_ADDRESS = 2_000  # in one process: a whole school may share an address

REMEMBERED_PEOPLE = 10_000


def take(name, person):
    """Count one use of the limit `name` by `person`; return 0, or the seconds to wait for it.

    Raises WouldChange in a request that must change nothing: it would get for free what is limited.
    """
    read_only.require_changes()
    if not settings.RATE_LIMITS:
        return 0
    try:
        return _take_place(LIMITS[name], f"limit.{name.replace(' ', '-')}.{person.pk}")
    except Exception as error:  # a cache that is away must not stop the people
        logger.warning("The limit %s was not counted: %r", name, error)
        return 0


def may_try(key, count, seconds):
    """Count one guess at the secret that `key` stands for; True for the first `count` only.

    Guesses are counted even where RATE_LIMITS is off, and refused where they cannot be counted.
    """
    try:
        return _take_place(Limit(count, seconds), f"limit.guess.{key}") == 0
    except Exception as error:
        logger.warning("A guess was not counted, and refused: %r", error)
        return False


def _take_place(limit, key):
    now = time.time()
    places = [f"{key}.{number}" for number in range(limit.count)]
    taken = cache.get_many(places)  # {place: until when}
    free = [place for place in places if place not in taken]
    random.shuffle(free)  # two processes seldom want the same one
    for place in free:
        if cache.add(place, now + limit.seconds, limit.seconds):
            return 0
    return max(1, math.ceil(min(taken.values(), default=now) - now))


class Bucket:
    """A burst, then so many a second; kept in one process's memory."""

    __slots__ = ("_a_second", "_at", "_burst", "_left")

    def __init__(self, burst, a_second):
        self._burst = self._left = burst
        self._a_second = a_second
        self._at = time.monotonic()

    def take(self, count=1):
        """Take so many; False where not that many are left."""
        self._refill()
        if self._left < count:
            return False
        self._left -= count
        return True

    def is_full(self):
        self._refill()
        return self._left >= self._burst

    def _refill(self):
        now = time.monotonic()
        self._left = min(self._burst, self._left + (now - self._at) * self._a_second)
        self._at = now


_free = {}  # (limit, person): what they may still do without being counted in the cache
_free_lock = threading.Lock()


def take_often(name, person):
    """Like `take`, for what everybody does all the time, and which must cost nothing.

    A sixth of the limit at once, and half of it in the long run, is free: counted in this
    process's memory only, divided among the processes. Only who is faster than people type is
    counted in the shared cache, up to the whole limit.
    """
    if not settings.RATE_LIMITS:
        return 0
    count, seconds = LIMITS[name]
    with _free_lock:
        bucket = _free.get((name, person.pk))
        if bucket is None:
            if len(_free) >= REMEMBERED_PEOPLE:
                _forget_the_slow()
            share = count / settings.PROCESSES
            bucket = _free[name, person.pk] = Bucket(max(1, share / 6), share / 2 / seconds)
        is_free = bucket.take()
    return 0 if is_free else take(name, person)


def _forget_the_slow():
    for key in [key for key, bucket in _free.items() if bucket.is_full()]:
        del _free[key]
    if len(_free) >= REMEMBERED_PEOPLE:
        _free.clear()


def forget():
    """Forget what this process has counted: for tests."""
    _free.clear()


def network_of(address):
    """Return whose an IP address is: itself, or of IPv6 the /64 that one customer is given."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    if ip.version == 4:
        return str(ip)
    return str(ip.ipv4_mapped or ipaddress.ip_network((int(ip) >> 64 << 64, 64)))
