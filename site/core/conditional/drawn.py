"""Show a page again that was drawn for the same facts, without drawing it anew.

Most browsers keep no page (see `facts`), and all of them ask for one again: on the way back, in
another tab, and every few seconds where a page without scripts renews itself. What is random in a
page is of each request: its CSP nonce, its CSRF token, and the nonce of its form.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csp import get_nonce
from django.middleware.csrf import get_token

from .facts import Facts
from .recent_texts import RecentTexts

MAX_BYTES = 4_000_000  # of all pages; one has about 100,000

# What stands in a kept page where each request has its own value. It is never sent.
_HOLES = b"\0csp\0", b"\0token\0", b"\0form\0"

pages: RecentTexts[bytes] = RecentTexts(MAX_BYTES)


def drawn(
    request: HttpRequest,
    facts: Facts,
    page: dict[str, Any],
    draw: Callable[..., HttpResponse],
    nonce: str,
) -> HttpResponse:
    """Return `draw(request, page)`, or the same as it was for the last request with these `facts`.

    `page` gets the token: `draw` must use this one in every form. `nonce` is that of the form.
    """
    token = get_token(request)
    own = [value.encode() for value in (str(get_nonce(request)), token, nonce)]
    kept = pages.get(facts.key)
    if kept is not None:
        return HttpResponse(_replaced(kept, _HOLES, own))
    response = draw(request, page | {"csrf_token": token})
    if response.status_code == 200:
        pages.keep(facts.key, _replaced(response.content, own, _HOLES))
    return response


def _replaced(text: bytes, old: Sequence[bytes], new: Sequence[bytes]) -> bytes:
    for one, other in zip(old, new, strict=True):
        text = text.replace(one, other)
    return text
