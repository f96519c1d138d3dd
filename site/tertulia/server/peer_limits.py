"""How many connections one TCP peer may have open, where no proxy stands in front.

Behind a proxy every peer is that proxy: its connections are not limited here, and requests are
counted for each client by the address in X-Forwarded-For (see `request_guard`).
"""

from django.conf import settings

from core.rate_limits import CONNECTIONS_AN_ADDRESS, network_of

from .tally import Tally

# Sockets and streams have a limit of their own; these are for pages and unfinished requests.
FURTHER_CONNECTIONS = 500

_open = Tally(CONNECTIONS_AN_ADDRESS + FURTHER_CONNECTIONS)


def enter(peer):
    """Count one more connection of `peer`, an (address, port) or None; False if it has too many."""
    return not _are_counted(peer) or _open.enter(network_of(peer[0]))


def leave(peer):
    """Count one less."""
    if _are_counted(peer):
        _open.leave(network_of(peer[0]))


def _are_counted(peer):
    return bool(peer) and settings.RATE_LIMITS and not settings.TRUSTED_PROXIES
