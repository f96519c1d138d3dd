"""Authenticate sockets, which do not pass through Django's middleware.

When a process restarts, thousands of sockets reconnect at once, so they are authenticated in
batches.
"""

from http.cookies import CookieError, SimpleCookie

from django.conf import settings

from .fingerprint import is_held_by
from .store import alive, note_seen, stored_key_of


def visitors_of(scopes):
    """Return [(user, stored session key)] for ASGI connections, from their cookies, in one query.

    The user is None if nobody is logged in; the key is None if there is no valid session. The
    checks are those of Django's `get_user`: the session is valid, the password unchanged and the
    account active. Nothing else of the connection is trusted.
    """
    keys = [stored_key_of(_cookie_of(scope)) for scope in scopes]
    sessions = {session.pk: session for session in alive(keys).select_related("user")}
    note_seen(sessions.values())
    return [(holder_of(sessions[key]), key) if key in sessions else (None, None) for key in keys]


def _cookie_of(scope):
    cookies = b"; ".join(value for name, value in scope["headers"] if name == b"cookie")
    try:
        morsel = SimpleCookie(cookies.decode("latin-1")).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return None
    return morsel.value if morsel else None


def holder_of(session):
    """Return the User who is logged in by a session with its `user`, or None."""
    user, data = session.user, session.get_decoded()
    return user if user is not None and is_held_by(user, data) else None
