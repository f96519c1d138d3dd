"""Show a page again that was drawn for the same facts, without drawing it anew.

Most browsers keep no page (see `facts`), and all of them ask for one again: on the way back, in
another tab, and every few seconds where a page without scripts renews itself. What is random in a
page is of each request: its CSP nonce and its CSRF token.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csp import get_nonce
from django.middleware.csrf import get_token

from .facts import Facts
from .recent_texts import RecentTexts

MAX_BYTES = 4_000_000  # of all pages; one has about 100,000

# What stands in a kept page where each request has its own value. It is never sent.
_NONCE, _TOKEN = b"\0nonce\0", b"\0token\0"

pages: RecentTexts[bytes] = RecentTexts(MAX_BYTES)


def drawn(
    request: HttpRequest, facts: Facts, page: dict[str, Any], draw: Callable[..., HttpResponse]
) -> HttpResponse:
    """Return `draw(request, page)`, or the same as it was for the last request with these `facts`.

    `page` gets the token: `draw` must use this one in every form.
    """
    nonce, token = str(get_nonce(request)).encode(), get_token(request).encode()
    kept = pages.get(facts.key)
    if kept is not None:
        return HttpResponse(kept.replace(_NONCE, nonce).replace(_TOKEN, token))
    response = draw(request, page | {"csrf_token": token.decode()})
    if response.status_code == 200:
        pages.keep(facts.key, response.content.replace(nonce, _NONCE).replace(token, _TOKEN))
    return response
