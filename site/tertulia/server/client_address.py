"""Finds the client's address behind proxies.

Each proxy appends the address it saw to X-Forwarded-For. Entries before those of our own proxies
can be forged by the client (https://httpwg.org/specs/rfc7239.html#security).
"""

import ipaddress
import re

_WITH_PORT = re.compile(r"\[([^\]]+)\](?::[0-9]*)?|([0-9.]+):[0-9]*")


def client_of(scope, proxies):
    """Return (address, port) of an ASGI connection's client; `proxies` is their number.

    The port is 0 if the address is from a proxy. If the entry is not an IP address, return the
    proxy's own: a client without an address must not escape the rate limits.
    """
    if not proxies:
        return scope.get("client")
    said = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for")
    addresses = said.decode("latin-1").split(",")
    address = _address_in(addresses[-proxies]) if len(addresses) >= proxies else ""
    return (address, 0) if address else scope.get("client")


def _address_in(entry):
    """Return the IP address in an entry of X-Forwarded-For, without its port, or "".

    Entries look like 198.51.100.8, 198.51.100.8:40000, 2001:db8::5 or [2001:db8::5]:40000.
    """
    entry = entry.strip().strip('"')
    match = _WITH_PORT.fullmatch(entry)
    try:
        address = ipaddress.ip_address((match[1] or match[2]) if match else entry)
    except ValueError:
        return ""
    return str(getattr(address, "ipv4_mapped", None) or address)
