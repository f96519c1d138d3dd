"""The site's own origin, as browsers write it: scheme, host and port (RFC 6454, 6.2).

Django's CSRF check compares the Origin of forms. Nothing does that for sockets and passkeys, so
they are compared here, with the same facts: `request.is_secure()` and `request.get_host()`.
"""

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.core.handlers.asgi import ASGIRequest

DEFAULT_PORTS = {"http": ":80", "https": ":443"}
# The schemes of the pages that open sockets of these; some proxies forward the socket's own.
PAGE_SCHEMES = {"ws": "http", "wss": "https"}
FORWARDED_SCHEMES = {b"ws": b"http", b"wss": b"https"}


def origin_of(request):
    """Return the origin of the pages that send `request`; None if they would not be ours.

    That is the case for a host that is not allowed, and for plain HTTP if the site has TLS.
    """
    if settings.HAS_TLS and not request.is_secure():
        return None
    try:
        host = request.get_host().lower()
    except DisallowedHost:
        return None
    scheme = "https" if request.is_secure() else "http"
    return f"{scheme}://{host.removesuffix(DEFAULT_PORTS[scheme])}"


def is_from_own_page(scope):
    """Return True if the handshake `scope` of a WebSocket is from a page of the site's own origin.

    A handshake carries the visitor's cookies, whichever page opens the socket: its Origin is all
    that tells them apart (RFC 6455, 10.2). It is compared as text, and never parsed.
    """
    origins = [value for name, value in scope["headers"] if name == b"origin"]
    own = origin_of(_request_of(scope))
    return own is not None and origins == [own.encode("latin-1")]


def _request_of(scope):
    """Return the HTTP request that the handshake of a socket is."""
    headers = [
        (name, FORWARDED_SCHEMES.get(value, value) if name == b"x-forwarded-proto" else value)
        for name, value in scope["headers"]
    ]
    scheme = PAGE_SCHEMES.get(scope.get("scheme"), "http")
    handshake = {"method": "GET", "scheme": scheme, "headers": headers, "query_string": b""}
    return ASGIRequest({**scope, **handshake}, None)
