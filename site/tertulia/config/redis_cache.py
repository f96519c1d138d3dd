"""The cache that all processes share, in Redis or in the database.

Rate limits count with `add`, which must be atomic: of several concurrent calls with the same key,
one succeeds.
"""

import base64
import pickle
import random
from datetime import UTC, datetime

from django.core.cache.backends import db, redis
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.db import DatabaseError, connections, router
from django.utils import timezone

CULL_ONE_IN = 100  # additions: counting the rows costs more than adding one


class DatabaseCache(db.DatabaseCache):
    """Django's database cache with an atomic `add`, a single statement.

    Django's own reads and then writes, so on PostgreSQL several callers can add the same key after
    it expired.
    """

    def add(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        key = self.make_and_validate_key(key, version=version)
        database = connections[router.db_for_write(self.cache_model_class)]
        now = timezone.now().replace(microsecond=0)
        pickled = base64.b64encode(pickle.dumps(value, self.pickle_protocol)).decode("latin1")
        adapt = database.ops.adapt_datetimefield_value
        fields = [key, pickled, adapt(self._expiry(timeout)), adapt(now)]
        table = database.ops.quote_name(self._table)
        try:
            with database.cursor() as cursor:
                if not random.randrange(CULL_ONE_IN):
                    self._cull_if_full(database, cursor, now)
                cursor.execute(
                    f"INSERT INTO {table} (cache_key, value, expires) VALUES (%s, %s, %s)"
                    " ON CONFLICT (cache_key) DO UPDATE"
                    " SET value = excluded.value, expires = excluded.expires"
                    f" WHERE {table}.expires < %s",
                    fields,
                )
                return cursor.rowcount == 1
        except DatabaseError:
            return False

    def _expiry(self, timeout):
        """Return when an entry expires, in whole seconds, as Django stores it."""
        until = self.get_backend_timeout(timeout)
        if until is None:
            return datetime.max.replace(microsecond=0)
        return datetime.fromtimestamp(until, UTC).replace(microsecond=0)

    def _cull_if_full(self, database, cursor, now):
        cursor.execute(f"SELECT COUNT(*) FROM {database.ops.quote_name(self._table)}")
        (count,) = cursor.fetchone()
        if count > self._max_entries:
            self._cull(database.alias, cursor, now, count)


class Client(redis.RedisCacheClient):
    """A Redis client that shares its connections within the process.

    Django creates a cache, and so a connection, for each asynchronous request; Redis plans limit
    the number of connections.
    """

    _shared_pools = {}

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self._pools = self._shared_pools


class RedisCache(redis.RedisCache):
    def __init__(self, server, params):
        super().__init__(server, params)
        self._class = Client
