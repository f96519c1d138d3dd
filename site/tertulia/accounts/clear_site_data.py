"""Has a browser forget what it keeps of somebody who has left (Clear-Site-Data).

https://www.w3.org/TR/clear-site-data/
"""

from django.conf import settings
from django.contrib.auth import SESSION_KEY

from users.login.kept_forms import READER

# When somebody has left; and at a login, for whoever was there before and left without a word.
PAGES_AND_STORAGE, STORAGE = '"cache", "storage"', '"storage"'


class ForgettingMiddleware:
    """Tells the browser where a session ends, was found to have ended, begins or changes hands."""

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
    """Have the browser know whose form it is that comes when the session has ended."""
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
    """Return (the id of who is logged in or None, whether the browser's session has ended)."""
    if not request.COOKIES.get(settings.SESSION_COOKIE_NAME):
        return None, False
    reader = request.user.pk
    is_dead = request.session.session_key is None or SESSION_KEY in request.session
    return reader, reader is None and is_dead
