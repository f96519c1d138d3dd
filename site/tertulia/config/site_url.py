"""Reads SITE_URL, the address that every absolute link begins with."""

import re

from .allowed_hosts import host_name
from .env import ConfigurationError

_ADDRESS = re.compile(
    r"(?:(?P<scheme>https?)://)?(?P<host>\[[^/?#@]+\]|[^/?#@:]+)(?::(?P<port>[0-9]{1,5}))?/*",
    re.IGNORECASE,
)


def read(text, has_tls):
    """Return the address in `text` as browsers write it, or "" for none.

    Without a scheme it is https if `has_tls`, else http. Raise ConfigurationError if it has no
    complete host name, or a path: the site cannot run below a path.
    """
    if not text:
        return ""
    match = _ADDRESS.fullmatch(text)
    if match is None or int(match["port"] or 1) not in range(1, 65_536):
        raise _error()
    try:
        host = host_name(match["host"])
    except ValueError:
        raise _error() from None
    if host.startswith(".") or "*" in host:
        raise _error()
    scheme = (match["scheme"] or ("https" if has_tls else "http")).lower()
    usual = {"https": "443", "http": "80"}[scheme]
    port = match["port"] or usual
    return f"{scheme}://{host}" + ("" if port == usual else f":{port}")


def _error():
    return ConfigurationError("SITE_URL must look like https://chat.example.com")
