"""Limits the open connections of a TCP peer if there is no proxy.

Behind a proxy every peer is the proxy, which is not limited here; `request_guard` counts requests
by the client address in X-Forwarded-For instead.
"""

from django.conf import settings

from core.rate_limits import CONNECTIONS_PER_ADDRESS, network_of

from .tally import Tally

# Sockets and streams have their own limit; these are for pages and incomplete requests.
FURTHER_CONNECTIONS = 500

_open = Tally(CONNECTIONS_PER_ADDRESS + FURTHER_CONNECTIONS)


def enter(peer):
    """Count a connection of `peer`, (address, port) or None; return False if it has too many."""
    return not _are_counted(peer) or _open.enter(network_of(peer[0]))


def leave(peer):
    """Uncount a connection of `peer`."""
    if _are_counted(peer):
        _open.leave(network_of(peer[0]))


def _are_counted(peer):
    return bool(peer) and settings.RATE_LIMITS and not settings.TRUSTED_PROXIES
