"""Which IP addresses the server may call: those of the public internet, and no others.

`ipaddress.is_global` alone is not enough: it lets through multicast, and IPv6 addresses that lead
to private IPv4 ones, such as 64:ff9b::7f00:1 to 127.0.0.1.
"""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

type Networks = Sequence[IPv4Network | IPv6Network]

_LAST_32_BITS = 0xFFFF_FFFF
# Those that hold an IPv4 address, which decides: IPv4-mapped, and NAT64 (RFC 6052).
_WITH_IPV4 = [IPv6Network("::ffff:0:0/96"), IPv6Network("64:ff9b::/96")]
_UNICAST = IPv6Network("2000::/3")  # all that was ever assigned (RFC 4291)
_NOT_PUBLIC_6 = [
    IPv6Network("2001::/23"),  # protocols, such as Teredo
    IPv6Network("2001:db8::/32"),  # examples
    IPv6Network("2002::/16"),  # 6to4: leads to any IPv4 address
    IPv6Network("3fff::/20"),  # examples
]
_NOT_PUBLIC_4 = [
    IPv4Network("192.0.0.0/24"),  # protocols
    IPv4Network("192.88.99.0/24"),  # 6to4 relays
    IPv4Network("168.63.129.16/32"),  # the platform of Azure
]


def is_public(address: str) -> bool:
    """Return True if `address` is an IP address of the public internet.

    False for all other text: names, addresses in other notations, and those with a zone.
    """
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    return _is_public_6(ip) if isinstance(ip, IPv6Address) else _is_public_4(ip)


def _is_public_6(ip: IPv6Address) -> bool:
    if ip.scope_id is not None:
        return False
    if any(ip in network for network in _WITH_IPV4):
        return _is_public_4(IPv4Address(int(ip) & _LAST_32_BITS))
    return ip in _UNICAST and not any(ip in network for network in _NOT_PUBLIC_6)


def _is_public_4(ip: IPv4Address) -> bool:
    if not ip.is_global or ip.is_multicast:
        return False
    return not any(ip in network for network in _NOT_PUBLIC_4)


def is_inside(address: str, networks: Networks) -> bool:
    """Return True if `address` is an IP address in one of `networks`, in their own notation.

    So an IPv6 address that leads to an IPv4 one is in no network of IPv4.
    """
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, IPv6Address) and ip.scope_id is not None:
        return False
    return any(ip in network for network in networks)
