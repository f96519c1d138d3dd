"""Shows every page in its reader's language, and leads to the first run while there was none."""

from django.conf import settings
from django.http import HttpResponse, HttpResponseForbidden, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.utils import timezone, translation

from core import read_only

from .languages import language_of, workspace_time_zone
from .models import Workspace

FORGET = "Clear-Site-Data"
METHODS = ["GET", "HEAD", "POST", "OPTIONS"]
BEFORE_THE_FIRST_RUN = ("/setup/", "/design/", "/healthz", "/static/")


class SafeMethodsMiddleware:
    """Answers HEAD, OPTIONS and prefetches without a change to anything: see `read_only`.

    It comes after SessionMiddleware, whose session is then not saved. A prefetched page that
    needs a change (the session of a passkey's challenge, a message that is shown once) is refused:
    the browser asks again when somebody wants it.
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
        """Answer what a GET would be, without content (RFC 9110, 9.3.2)."""
        request.method = "GET"  # as which every view and limit understands it
        with read_only.enforced("HEAD"):
            response = self.get_response(request)
        request.method = "HEAD"
        leave_session(request)
        for name in _cookies_of(response):
            del response.cookies[name]
        del response.headers[FORGET]
        if response.streaming:  # what comes next may have no end
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
    """Have SessionMiddleware neither save the session nor delete the cookie of one that ended."""
    request.session.modified = False
    request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)


def _cookies_of(response):
    """Return the names of the cookies set, but for that of forms' tokens, which changes nothing."""
    return set(response.cookies) - {settings.CSRF_COOKIE_NAME}


class PreferencesMiddleware:
    """Activates the reader's language, and the workspace's time zone.

    Signed-in people read in the language that they chose, or the workspace's; visitors in the one
    that their browser asks for. The times in a page are the workspace's, as in every fragment
    that is pushed: the script shows each person their own.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.workspace = Workspace.current()
        if request.workspace is None and not request.path.startswith(BEFORE_THE_FIRST_RUN):
            return redirect("/setup/")
        if request.user.is_authenticated:
            language = language_of(request.user)
        else:
            language = translation.get_language_from_request(request)
        with translation.override(language), timezone.override(workspace_time_zone()):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response
