"""How much a page may catch up from the database before it has to reload instead.

Catching up draws every missed change; a reload draws the newest page of them, however long one was
away. A person who asks for much again and again, by a loop of old cursors, is sent to reload too.
"""

from django.conf import settings

from core.rate_limits import Bucket

from ..message.broadcasts import BATCH

MAX_MISSED = 1_000  # changes that one page may have missed
# What one person may catch up, in all pages of this process: at once, and then by the second.
MAX_MISSED_A_PERSON = 10_000
MISSED_A_SECOND = 100


class CatchUpLimits:
    def __init__(self):
        self._buckets = {}  # by user id

    def refuse(self, reader, missed):
        """Return True if `reader`, which has missed so many changes, may not catch up by reading.

        Otherwise the batch that it reads next is counted.
        """
        if missed > MAX_MISSED:
            return True
        if not settings.RATE_LIMITS:
            return False
        bucket = self._buckets.get(reader.user_id)
        if bucket is None:
            bucket = Bucket(MAX_MISSED_A_PERSON, MISSED_A_SECOND)
            self._buckets[reader.user_id] = bucket
        return not bucket.take(min(max(missed, 1), BATCH))

    def forget_unused(self):
        """Forget the people who have used nothing lately."""
        for user_id in [pk for pk, bucket in self._buckets.items() if bucket.is_full()]:
            del self._buckets[user_id]
