"""Show a page again that was drawn for the same facts, without drawing it anew.

Most browsers keep no page (see `facts`), and all of them ask for one again: on the way back, in
another tab, and every few seconds where a page without scripts renews itself. What is random in a
page is of each request: its CSP nonce, its CSRF token, and the nonce of its form.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csp import get_nonce
from django.middleware.csrf import get_token

from .facts import Facts
from .recent_texts import RecentTexts

MAX_BYTES = 4_000_000  # of all pages; one has about 100,000

# What stands in a page, while it is cut, where each request has its own value. It is never sent.
_HOLE = re.compile(rb"\0(csp|token|form)\0")


# Pages in parts: text, the name of a value, text, … Joining them takes microseconds; replacing the
# values in the whole text takes half a millisecond.
pages: RecentTexts[Sequence[bytes]] = RecentTexts(MAX_BYTES)


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
    csp = str(get_nonce(request))
    own = {b"csp": csp.encode(), b"token": token.encode(), b"form": nonce.encode()}
    kept = pages.get(facts.key)
    if kept is not None:
        return HttpResponse(_joined(kept, own))
    response = draw(request, page | {"csrf_token": token})
    if response.status_code == 200:
        pages.keep(facts.key, _cut(response.content, own))
    return response


def _cut(text: bytes, own: Mapping[bytes, bytes]) -> Sequence[bytes]:
    for name, value in own.items():
        text = text.replace(value, b"\0%b\0" % name)
    return _HOLE.split(text)


def _joined(parts: Sequence[bytes], own: Mapping[bytes, bytes]) -> bytes:
    filled = list(parts)
    filled[1::2] = [own[name] for name in parts[1::2]]
    return b"".join(filled)
