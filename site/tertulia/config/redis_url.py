"""Reads REDIS_URL: redis://user:password@host:6379/0, rediss:// (TLS) or unix:///path/to/socket."""

import re
from urllib.parse import urlsplit

from .env import ConfigurationError
from .pasted_urls import quoted


def redis_url(url):
    """Return `url` as redis-py expects it, or "".

    Raise ConfigurationError, without the password in its text, if it cannot be read.
    """
    if not url or re.match(r"unix://\S*/", url):
        return url
    try:
        address = quoted(url, {"redis", "rediss"})
    except ValueError:
        address = ""
    if not re.fullmatch(r"/?[0-9]*", urlsplit(address).path) or not address:
        raise ConfigurationError("REDIS_URL must look like redis://user:password@host:6379/0")
    return address


def channel_layer(url, tls):
    """Return Channels' layer for settings: Redis at `url`, or the memory of the only process.

    `tls` are redis-py's options for TLS.
    """
    if not url:
        return {"BACKEND": "core.layers.local.LocalChannelLayer", "CONFIG": {"capacity": 10_000}}
    # Imported here because redis-py takes 5 MiB of memory, which a site without Redis saves.
    from redis.asyncio.retry import Retry
    from redis.backoff import ExponentialBackoff

    host = {
        "address": url,
        "socket_timeout": None,
        "socket_connect_timeout": 5,
        "socket_keepalive": True,
        "health_check_interval": 15,
        # The asyncio class: pub/sub resubscribes only within its retries.
        "retry": Retry(ExponentialBackoff(cap=1, base=0.05), 3),
        **tls,
    }
    return {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [host]},
    }
