"""The cache that the processes share, in Redis or in the database.

Limits count in it, by `add`: of all who add the same key at once, one may succeed.
"""

import base64
import pickle
import random
from datetime import UTC, datetime

from django.core.cache.backends import db, redis
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.db import DatabaseError, connections, router
from django.utils import timezone

CULL_ONE_IN = 100  # additions: counting the rows at each would cost more than adding one


class DatabaseCache(db.DatabaseCache):
    """Django's cache in the database with an `add` that is one statement.

    Django's own looks first and writes then, so that on PostgreSQL several may add the same key
    once it has run out.
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
        """Return until when an entry lives, in whole seconds, as Django stores it."""
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
    """Redis with one set of connections a process.

    Django makes a cache, and so a connection, for each request where requests are asynchronous;
    the connections of a Redis plan are counted.
    """

    _shared_pools = {}

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self._pools = self._shared_pools


class RedisCache(redis.RedisCache):
    def __init__(self, server, params):
        super().__init__(server, params)
        self._class = Client
