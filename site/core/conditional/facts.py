"""Answer 304 for a page that a browser has kept, if nothing that it shows has changed.

An ETag is a hash of everything that the page is made of, most of it the rows that the database
returned for it. What is random in a page stays as it was kept: its CSP nonce, because a 304 has no
CSP header and so leaves the kept one alone (RFC 9111, 3.2), and its CSRF token, because the secret
in the cookie is one of the facts. The nonce of a composer is unused while the room is unchanged,
unless it was sent with a command that changes nothing in it: the same text again is a repetition.
"""

from collections.abc import Callable
from functools import wraps
from hashlib import blake2b
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.request import split_domain_port
from django.middleware.csrf import get_token
from django.utils.cache import add_never_cache_headers
from django.utils.http import parse_etags, quote_etag
from django.views.decorators.csp import csp_override

from .release import stamp

# A browser that keeps the page asks before it shows it again, on the way back too: no address is
# the same page for two requests (RFC 9111, 4.1). Of the browsers that we know only those of
# Chromium do so; Firefox shows a kept page without asking. All others keep nothing.
_KEPT = {"Cache-Control": "private, no-cache", "Vary": "*"}
_LOOPBACK = {"127.0.0.1", "localhost", "[::1]"}


class Facts:
    """The facts of one page, added one by one, in the same order each time."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._hash = blake2b(key=settings.SECRET_KEY.encode()[:64], digest_size=16)
        cookies = {**request.COOKIES, settings.CSRF_COOKIE_NAME: ""}
        agent = request.headers.get("User-Agent", "")
        if "CSRF_COOKIE" not in request.META:
            get_token(request)  # makes the secret
        self._secret = request.META["CSRF_COOKIE"]
        self.add(stamp(), request.get_full_path(), agent, sorted(cookies.items()))

    def add(self, *facts: Any) -> None:
        """Add facts: text, numbers, moments, and tuples and lists of them."""
        self._hash.update(repr(facts).encode(errors="surrogatepass"))

    @property
    def key(self) -> bytes:
        """A hash of all facts."""
        return self._hash.digest()

    @property
    def etag(self) -> str:
        """The ETag of the page with its CSRF token, which only a page in a browser contains."""
        page = self._hash.copy()
        page.update(self._secret.encode())
        return f"W/{quote_etag(page.hexdigest())}"


def can_be_kept(request: HttpRequest) -> bool:
    """Return True if a page may have an ETag: not if it says something that is said only once."""
    return not (settings.DEBUG or len(get_messages(request)))


def is_kept(request: HttpRequest, etag: str) -> bool:
    """Return True if the browser has kept the page with this `etag`."""
    return etag in parse_etags(request.headers.get("If-None-Match", ""))


@csp_override({})
def unchanged(request: HttpRequest, etag: str) -> HttpResponse:
    """Return the 304 for a page that the browser has kept."""
    return HttpResponseNotModified(headers={"ETag": etag})


def kept_by_browser(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a browser store the responses of `view` that have an ETag, and no others."""

    @wraps(view)
    def with_headers(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if "ETag" in response and _asks_again(request):
            for name, value in _KEPT.items():
                response[name] = value
        else:
            add_never_cache_headers(response)
        return response

    return with_headers


def _asks_again(request: HttpRequest) -> bool:
    """Return True for a browser that asks before it shows a kept page, and forgets it on demand.

    At a logout it is told to: Clear-Site-Data, which only secure pages can send.
    """
    is_secure = request.is_secure() or split_domain_port(request.get_host())[0] in _LOOPBACK
    return is_secure and "Chrome/" in request.headers.get("User-Agent", "")
