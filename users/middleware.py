"""Middleware for read-only requests, languages, time zones and the redirect to the first run."""

from django.conf import settings
from django.contrib.auth import get_user, middleware
from django.http import HttpResponse, HttpResponseForbidden, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.utils import timezone, translation

from core import read_only

from .languages import language_of, time_zone_of
from .models import Workspace

FORGET = "Clear-Site-Data"
METHODS = ["GET", "HEAD", "POST", "OPTIONS"]
BEFORE_THE_FIRST_RUN = (
    *("/setup/", "/design/", "/healthz", "/static/"),
    *("/manifest.webmanifest", "/sw.js"),
)


class SafeMethodsMiddleware:
    """Handle HEAD, OPTIONS and prefetches without changing anything (see core.read_only).

    It comes after SessionMiddleware, so that the session is not saved. A prefetch that would change
    something (a passkey's challenge in the session, a flash message) is refused with 403; the
    browser sends an ordinary request when the user opens the page.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method == "OPTIONS":
            return HttpResponse(status=204, headers={"Allow": ", ".join(METHODS)})
        if request.method == "TRACE":
            return HttpResponseNotAllowed(METHODS)
        if request.method == "HEAD":
            return self.head(request)
        if request.method == "GET" and read_only.is_prefetch(request):
            return self.prefetch(request)
        return self.get_response(request)

    def head(self, request):
        """Return the response to a GET, without content (RFC 9110, 9.3.2)."""
        request.method = "GET"  # so that views and rate limits need not know HEAD
        with read_only.enforced("HEAD"):
            response = self.get_response(request)
        request.method = "HEAD"
        leave_session(request)
        for name in _cookies_of(response):
            del response.cookies[name]
        del response.headers[FORGET]
        if response.streaming:  # the content may be endless
            response = HttpResponse(status=response.status_code, headers=response.headers)
        return response

    def prefetch(self, request):
        with read_only.enforced("prefetch"):
            response = self.get_response(request)
        is_changed = request.session.modified or _cookies_of(response) or FORGET in response
        if is_changed or response.streaming:
            response = HttpResponseForbidden()
        leave_session(request)
        return response


def leave_session(request):
    """Keep SessionMiddleware from saving the session and from deleting its cookie."""
    request.session.modified = False
    request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)


def _cookies_of(response):
    """Return the names of the cookies that the response sets, except the harmless CSRF cookie."""
    return set(response.cookies) - {settings.CSRF_COOKIE_NAME}


class AuthenticationMiddleware(middleware.AuthenticationMiddleware):
    """Django's, but the user was read with the session, in one query.

    They are read at once: the next middleware needs them, and what is lazy makes each look slower.
    """

    def process_request(self, request):
        super().process_request(request)
        request.user = request.session.holder() or get_user(request)


class PreferencesMiddleware:
    """Activate the user's language and time zone; redirect to the first run.

    Signed-in users get the language that they chose, or the workspace's. Visitors get the one that
    their browser requests. Pushed fragments are in the workspace's time zone, and a
    script converts them.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        # Who is logged in proves that there is one.
        is_known = request.user.is_authenticated
        request.workspace = Workspace.remembered() if is_known else Workspace.current()
        if request.workspace is None and not request.path.startswith(BEFORE_THE_FIRST_RUN):
            return redirect("/setup/")
        if request.user.is_authenticated:
            language = language_of(request.user)
        else:
            language = translation.get_language_from_request(request)
        zone = time_zone_of(request.user)
        with translation.override(language), timezone.override(zone):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response
