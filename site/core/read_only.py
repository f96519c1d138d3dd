"""Requests that must change nothing: HEAD, and pages that a browser fetches before anybody asks.

Such a browser says so (Sec-Purpose: prefetch, https://wicg.github.io/nav-speculation/prefetch.html;
older ones in other headers), and may show the page later, or never. So nothing has been read, no
limit has been used and nobody has been seen. What is not looked at here is stopped at the database.
"""

import re
from contextlib import contextmanager
from contextvars import ContextVar

from django.core.exceptions import PermissionDenied
from django.db import connection

PURPOSES = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
_IN_ADVANCE = re.compile(r"\b(?:prefetch|prerender|preview)\b", re.IGNORECASE)
_WRITING = re.compile(r"\s*(?:INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)

_method = ContextVar("read_only", default=None)


class WouldChange(PermissionDenied):
    """A request that must change nothing came to something that it would change: 403."""


def is_prefetch(request):
    """Return True if a browser fetches this page before anybody asks for it."""
    return any(_IN_ADVANCE.search(request.headers.get(name, "")) for name in PURPOSES)


def is_active():
    """Return True while a request is answered that must change nothing."""
    return _method.get() is not None


def is_head():
    """Return True while a HEAD is answered, whose content nobody will see."""
    return _method.get() == "HEAD"


def require_changes():
    """Raise WouldChange while a request is answered that must change nothing."""
    if is_active():
        raise WouldChange


@contextmanager
def enforced(method):
    """Let no query change anything meanwhile: one that would raises WouldChange."""
    token = _method.set(method)
    try:
        with connection.execute_wrapper(_refuse_writing):
            yield
    finally:
        _method.reset(token)


def _refuse_writing(execute, sql, params, many, context):
    if _WRITING.match(str(sql)):
        raise WouldChange
    return execute(sql, params, many, context)
