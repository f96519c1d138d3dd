"""Read-only requests, which must change nothing: HEAD requests and prefetches.

A prefetching browser sends a header (Sec-Purpose: prefetch,
https://wicg.github.io/nav-speculation/prefetch.html; older browsers use others) and may show the
page later or never. The request must not mark messages as read, use up a rate limit or update when
the user was last seen. Writes that no code prevents are refused at the database connection.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpRequest

PURPOSES = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
_IN_ADVANCE = re.compile(r"\b(?:prefetch|prerender|preview)\b", re.IGNORECASE)
_WRITING = re.compile(r"\s*(?:INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)

_method: ContextVar[str | None] = ContextVar("read_only", default=None)


class WouldChange(PermissionDenied):
    """A read-only request tried to change something; the answer is 403."""


def is_prefetch(request: HttpRequest) -> bool:
    """Return True if a browser prefetches this page, before the user asks for it."""
    return any(_IN_ADVANCE.search(request.headers.get(name, "")) for name in PURPOSES)


def is_active() -> bool:
    """Return True during a read-only request."""
    return _method.get() is not None


def is_head() -> bool:
    """Return True during a HEAD request, whose content is discarded."""
    return _method.get() == "HEAD"


def require_changes() -> None:
    """Raise WouldChange during a read-only request."""
    if is_active():
        raise WouldChange


@contextmanager
def enforced(method: str) -> Iterator[None]:
    """Make the request read-only in this context: queries that write raise WouldChange.

    `method` is "HEAD" or "prefetch".
    """
    token = _method.set(method)
    try:
        with connection.execute_wrapper(_refuse_writing):
            yield
    finally:
        _method.reset(token)


def _refuse_writing(
    execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    if _WRITING.match(str(sql)):
        raise WouldChange
    return execute(sql, params, many, context)
