"""Who stands at a door that Django's middleware does not guard: a socket's.

A page is opened by one person; sockets come back by the thousand when a process has restarted.
So those who come at once are looked up at once.
"""

from http.cookies import CookieError, SimpleCookie

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, SESSION_KEY

from .fingerprint import has_password_of
from .store import alive, note_seen, stored_key_of


def visitors_of(scopes):
    """Return (user, stored session key) for each ASGI connection, from its cookies.

    The user is None where nobody is logged in; runs one query for all. The same checks as a page's
    by Django's `get_user` (session alive, password unchanged, account active); nothing else of the
    connection is believed.
    """
    keys = [stored_key_of(_cookie_of(scope)) for scope in scopes]
    sessions = {session.pk: session for session in alive(keys).select_related("user")}
    note_seen(sessions.values())
    return [(_holder_of(sessions[key]), key) if key in sessions else (None, None) for key in keys]


def _cookie_of(scope):
    cookies = b"; ".join(value for name, value in scope["headers"] if name == b"cookie")
    try:
        morsel = SimpleCookie(cookies.decode("latin-1")).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return None
    return morsel.value if morsel else None


def _holder_of(session):
    """Return the User whom a session lets in, or None."""
    user, stored = session.user, session.get_decoded()
    if user is None or not user.is_active or stored.get(SESSION_KEY) != str(user.pk):
        return None
    if stored.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    return user if has_password_of(stored, user) else None
