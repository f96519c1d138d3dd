"""Who stands at a door that Django's middleware does not guard: a socket or a stream."""

from http.cookies import CookieError, SimpleCookie
from importlib import import_module

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest


def visitor_of(scope):
    """Return (user, stored session key) of an ASGI connection, from its cookies; runs queries.

    The same checks as a page's (session alive, password unchanged, account active), by Django's
    own `get_user`; nothing else of the connection is believed.
    """
    request = HttpRequest()
    engine = import_module(settings.SESSION_ENGINE)
    request.session = engine.SessionStore(_session_key(scope))
    user = get_user(request)
    return user, request.session.stored_key


def _session_key(scope):
    cookies = b"; ".join(value for name, value in scope["headers"] if name == b"cookie")
    try:
        morsel = SimpleCookie(cookies.decode("latin-1")).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return None
    return morsel.value if morsel else None
