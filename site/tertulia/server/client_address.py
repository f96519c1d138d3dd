"""Who is at the other end, where proxies stand between.

Each proxy adds the address that it saw to the end of X-Forwarded-For; what stands before those of
our own proxies is anybody's word (https://httpwg.org/specs/rfc7239.html#security).
"""

import ipaddress
import re

_WITH_PORT = re.compile(r"\[([^\]]+)\](?::[0-9]*)?|([0-9.]+):[0-9]*")


def client_of(scope, proxies):
    """Return (address, port) of the client of an ASGI connection behind so many `proxies`.

    The port is 0 if a proxy named the client. If what it wrote is no IP address, the client is
    the proxy itself: nobody escapes a limit by having no address.
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
