"""Sends Clear-Site-Data, so that a browser deletes a user's cached pages and stored data.

https://www.w3.org/TR/clear-site-data/
"""

from django.conf import settings
from django.contrib.auth import SESSION_KEY

from users.login.kept_forms import READER

# The first after a logout or an expired session; the second at a login, because the user before
# may have left without logging out.
PAGES_AND_STORAGE, STORAGE = '"cache", "storage"', '"storage"'


class ClearSiteDataMiddleware:
    """Adds the header if a session ends, has ended or begins, or if its user changes."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        reader, has_ended = reader_of(request)
        response = self.get_response(request)
        if has_ended or request.user.pk != reader:
            response["Clear-Site-Data"] = PAGES_AND_STORAGE if has_ended or reader else STORAGE
            note_reader(request, response)
        return response


def note_reader(request, response):
    """Set the cookie that names the user, so that a form sent after the session ended has an owner.

    See users.login.kept_forms.
    """
    if request.user.is_authenticated:
        response.set_signed_cookie(
            READER,
            request.user.pk,
            max_age=settings.SESSION_COOKIE_AGE,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


def reader_of(request):
    """Return (the id of the logged-in user or None, whether the browser's session has ended)."""
    if not request.COOKIES.get(settings.SESSION_COOKIE_NAME):
        return None, False
    reader = request.user.pk
    is_dead = request.session.session_key is None or SESSION_KEY in request.session
    return reader, reader is None and is_dead
