"""Visits to a host: one at a time, and with a pause between two, however many processes there are.

A page and its picture are one visit. If the cache is down, every visit is allowed.
"""

import logging
import time
from hashlib import sha256
from urllib.parse import urlsplit

from django.core.cache import cache

HOST_SECONDS = 1  # from one visit to the next
REST_SECONDS = 60  # of a host that did not answer, which takes our time for nothing
_LONGEST_SECONDS = 60  # of a visit, in case that its process dies
_AGAIN_SECONDS = 0.1

logger = logging.getLogger(__name__)


def take(url: str, seconds: float = 0) -> bool:
    """Begin a visit to the host of `url`; return False if it is not free within `seconds`."""
    until = time.monotonic() + seconds
    while not _add(_key(url)):
        if time.monotonic() >= until:
            return False
        time.sleep(_AGAIN_SECONDS)
    return True


def end(url: str, has_answered: bool = True) -> None:
    """End the visit: others may follow after a pause."""
    try:
        cache.set(_key(url), True, HOST_SECONDS if has_answered else REST_SECONDS)
    except Exception as error:
        _log(error)


def host_of(url: str) -> str:
    return urlsplit(url).hostname or ""


def _key(url: str) -> str:
    return f"previews.visit.{sha256(host_of(url).encode()).hexdigest()}"


def _add(key: str) -> bool:
    try:
        return cache.add(key, True, _LONGEST_SECONDS)
    except Exception as error:
        _log(error)
        return True


def _log(error: Exception) -> None:
    logger.warning(
        "Could not keep visits of a host apart: %r",
        error,
        extra={"event": "previews.cache_unavailable"},
    )
