"""Django's Redis cache with one set of connections a process.

Django makes a cache, and so a connection, for each request where requests are asynchronous; the
connections of a Redis plan are counted.
"""

from django.core.cache.backends import redis


class Client(redis.RedisCacheClient):
    _shared_pools = {}

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self._pools = self._shared_pools


class RedisCache(redis.RedisCache):
    def __init__(self, server, params):
        super().__init__(server, params)
        self._class = Client
