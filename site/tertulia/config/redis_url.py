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
