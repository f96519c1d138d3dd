"""Limit the sockets and streams that one user or one IP address can have open at once.

Connections of a user are counted in all processes by their presence leases, which are stored with
a delay of half a second; connections to this process count immediately. Connections of an address
are counted in this process only, because addresses are kept in memory only.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable

from django.conf import settings

from core import rate_limits
from rooms.models import Presence

from .hub import hub
from .responses.lasting import Receive, Send

_addresses: Counter[str] = Counter()


def open_elsewhere(user_ids: Iterable[int]) -> Counter[int]:
    """Return the number of connections of each user in all processes, from the database."""
    connections = Presence.objects.connections().filter(user__in=user_ids)
    return Counter(connections.values_list("user_id", flat=True))


def has_room(user_id: int, address: str, known: int) -> bool:
    """Return True if one more connection is allowed; `known` is from `open_elsewhere`."""
    if not settings.RATE_LIMITS:
        return True
    of_person = max(known, hub.registry.connections_of(user_id))
    of_address = _addresses[rate_limits.network_of(address)]
    return (
        of_person < rate_limits.CONNECTIONS_PER_USER
        and of_address < rate_limits.CONNECTIONS_PER_ADDRESS
    )


def enter(address: str) -> None:
    """Count a new connection from `address`."""
    _addresses[rate_limits.network_of(address)] += 1


def leave(address: str) -> None:
    """Stop counting a connection from `address`."""
    network = rate_limits.network_of(address)
    _addresses[network] -= 1
    if _addresses[network] <= 0:
        del _addresses[network]


async def counted(
    address: str,
    go_on: Callable[[Receive, Send], Awaitable[None]],
    receive: Receive,
    send: Send,
) -> None:
    """Call `go_on` of a LastingResponse, and count it as one connection until it ends."""
    enter(address)
    try:
        await go_on(receive, send)
    finally:
        leave(address)
