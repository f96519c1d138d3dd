"""Read SITE_URL: the address that every absolute link begins with."""

import re

from .allowed_hosts import host_name
from .env import Unfit

_ADDRESS = re.compile(
    r"(?:(?P<scheme>https?)://)?(?P<host>\[[^/?#@]+\]|[^/?#@:]+)(?::(?P<port>[0-9]{1,5}))?/*",
    re.IGNORECASE,
)


def read(text, has_tls):
    """Return the address in `text` as browsers write it, or "" for none.

    Without a scheme it gets the one that `has_tls` says. Raise Unfit if it names no whole host,
    or more than a host: the site lies in no folder.
    """
    if not text:
        return ""
    match = _ADDRESS.fullmatch(text)
    if match is None or int(match["port"] or 1) not in range(1, 65_536):
        raise _unfit()
    try:
        host = host_name(match["host"])
    except ValueError:
        raise _unfit() from None
    if host.startswith(".") or "*" in host:
        raise _unfit()
    scheme = (match["scheme"] or ("https" if has_tls else "http")).lower()
    usual = {"https": "443", "http": "80"}[scheme]
    port = match["port"] or usual
    return f"{scheme}://{host}" + ("" if port == usual else f":{port}")


def _unfit():
    return Unfit("SITE_URL must look like https://chat.example.com")
