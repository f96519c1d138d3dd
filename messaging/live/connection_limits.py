"""How many sockets and streams one person, and one address, may have open at once.

Of a person those in all processes count, by the leases of their presence, which are written half
a second late; those in this process count at once. Of an address those in this process: it is kept
nowhere but in memory.
"""

from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from contextlib import aclosing

from django.conf import settings

from core import rate_limits
from rooms.models import Presence

from .hub import hub

_addresses: Counter[str] = Counter()


def open_elsewhere(user_ids: Iterable[int]) -> Counter[int]:
    """Return how many connections of these people the database knows of, in whatever process."""
    connections = Presence.objects.current().filter(user__in=user_ids)
    return Counter(connections.values_list("user_id", flat=True))


def has_room(user_id: int, address: str, known: int) -> bool:
    """Say whether one more may open; `known` as from `open_elsewhere`."""
    if not settings.RATE_LIMITS:
        return True
    of_person = max(known, len(hub.registry.readers_of([user_id])))
    of_address = _addresses[rate_limits.network_of(address)]
    return (
        of_person < rate_limits.CONNECTIONS_PER_USER
        and of_address < rate_limits.CONNECTIONS_PER_ADDRESS
    )


def enter(address: str) -> None:
    """Count one more connection from `address`."""
    _addresses[rate_limits.network_of(address)] += 1


def leave(address: str) -> None:
    """Count one less."""
    network = rate_limits.network_of(address)
    _addresses[network] -= 1
    if _addresses[network] <= 0:
        del _addresses[network]


async def counted(address: str, chunks: AsyncGenerator[str]) -> AsyncIterator[str]:
    """Give what `chunks`, an async generator, gives, counting it as one connection meanwhile."""
    enter(address)
    try:
        async with aclosing(chunks):
            async for chunk in chunks:
                yield chunk
    finally:
        leave(address)
