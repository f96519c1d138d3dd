"""Shows every page in the reader's own language and time zone, and sends nobody to a closed door."""

from zoneinfo import ZoneInfo

from django.shortcuts import redirect
from django.utils import timezone, translation

from .languages import language_of, workspace_time_zone
from .models import Workspace


class PreferencesMiddleware:
    """Before the first run, leads to it; afterwards, activates language and time zone.

    Signed-in people see what they chose, or the workspace's; visitors what their browser asks for.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.workspace = Workspace.current()
        if request.workspace is None and not request.path.startswith(("/setup/", "/healthz")):
            return redirect("users:setup")
        if request.user.is_authenticated:
            language, zone = language_of(request.user), request.user.time_zone
        else:
            language, zone = translation.get_language_from_request(request), ""
        with translation.override(language), timezone.override(_zone(zone)):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
        return response


def _zone(name):
    return ZoneInfo(name) if name else workspace_time_zone()
