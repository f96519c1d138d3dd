"""How often a person may do something that costs others."""

import time

from django.conf import settings
from django.core.cache import cache


def take(action, user, count, period):
    """Count one `action` of `user`; False where `count` of them in `period` are used up.

    Kept in the cache, which the processes share. Two requests at the same instant may count as
    one: this is a bound on abuse, not an account.
    """
    if not settings.RATE_LIMITS:
        return True
    key = f"limit.{action.replace(' ', '-')}.{user.pk}"
    now, seconds = time.time(), period.total_seconds()
    moments = [moment for moment in cache.get(key, []) if moment > now - seconds]
    if len(moments) >= count:
        return False
    cache.set(key, [*moments, now], seconds)
    return True
