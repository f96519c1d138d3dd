"""Read ALLOWED_HOSTS: the names that the site is reached by.

People paste what their browser shows, so a scheme, a port, a path, quotes and letters outside
ASCII are understood; what is then no host name stops the start.
"""

import ipaddress
import re

import idna

from .env import Unfit

QUOTES = "\"'“”‘’"
_ADDRESS = re.compile(r"(?:(?:[a-z][a-z0-9+.-]*:)?//)?([^/?#]*)(?:[/?#].*)?", re.IGNORECASE)
_PORT = re.compile(r":[0-9]*$")
# RFC 1123, 2.1; underscores are not allowed there, and are used all the same.
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"\.?{_LABEL}(?:\.{_LABEL})*")


def hosts(text):
    """Return the host names in `text`, separated by commas or blanks, as Django compares them.

    One that begins with a dot stands for all names below it, too; "*" is passed on to the checks,
    which refuse it. Raise Unfit for what is no host name.
    """
    # Brackets around quotes are a list as programs write it: ["a.example", "b.example"].
    text = re.sub(r"\[(?=[\"'])|(?<=[\"'])\]", "", text)
    return [host_name(entry) for entry in re.split(r"[\s,;]+", text) if entry.strip(QUOTES)]


def host_name(entry):
    """Return the host name in `entry`; raise Unfit if there is none."""
    name = _ADDRESS.fullmatch(entry.strip(QUOTES))[1].lower()
    if "*" in name:
        return name
    if address := _ip_address(name):
        return address
    name = _in_ascii(_PORT.sub("", name).removesuffix("."))
    if len(name) > 253 or not _NAME.fullmatch(name):
        raise Unfit(f"ALLOWED_HOSTS: {entry!r} is not a host name like chat.example.com.")
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
    """Return `name` as browsers send it (UTS 46), or "" for one that they would not."""
    if name.isascii():
        return name
    dot = "." if name.startswith(".") else ""
    try:
        return dot + idna.encode(name.removeprefix("."), uts46=True).decode()
    except idna.IDNAError:
        return ""
