"""Reads ALLOWED_HOSTS, the host names of the site.

People paste what their browser shows, so a scheme, a port, a path, quotes and non-ASCII letters
are accepted. Anything else that is not a host name stops the start.
"""

import ipaddress
import re

import idna

from .env import ConfigurationError

QUOTES = "\"'“”‘’"
_ADDRESS = re.compile(r"(?:(?:[a-z][a-z0-9+.-]*:)?//)?([^/?#]*)(?:[/?#].*)?", re.IGNORECASE)
_PORT = re.compile(r":[0-9]*$")
# RFC 1123, 2.1, plus underscores: the RFC forbids them, but they are in use.
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"\.?{_LABEL}(?:\.{_LABEL})*")


def hosts(text):
    """Return the host names in `text`, separated by commas or blanks, as Django compares them.

    A name that begins with a dot also matches all its subdomains. "*" is returned as it is: a
    system check rejects it. Raise ConfigurationError for an entry that is not a host name.
    """
    # Brackets around quotes are a list in JSON: ["a.example", "b.example"].
    text = re.sub(r"\[(?=[\"'])|(?<=[\"'])\]", "", text)
    return [host_name(entry) for entry in re.split(r"[\s,;]+", text) if entry.strip(QUOTES)]


def host_name(entry):
    """Return the host name in `entry`; raise ConfigurationError if there is none."""
    name = _ADDRESS.fullmatch(entry.strip(QUOTES))[1].lower()
    if "*" in name:
        return name
    if address := _ip_address(name):
        return address
    name = _in_ascii(_PORT.sub("", name).removesuffix("."))
    if len(name) > 253 or not _NAME.fullmatch(name):
        raise ConfigurationError(
            f"ALLOWED_HOSTS: {entry!r} is not a host name like chat.example.com."
        )
    return name


def _ip_address(name):
    """Return the IP address in `name` as a Host header shows it, or ""."""
    for candidate in (name, _PORT.sub("", name)):
        try:
            address = ipaddress.ip_address(candidate.strip("[]"))
        except ValueError:
            continue
        return f"[{address}]" if address.version == 6 else str(address)
    return ""


def _in_ascii(name):
    """Return `name` as browsers send it (UTS 46), or "" if they would not accept it."""
    if name.isascii():
        return name
    dot = "." if name.startswith(".") else ""
    try:
        return dot + idna.encode(name.removeprefix("."), uts46=True).decode()
    except idna.IDNAError:
        return ""
