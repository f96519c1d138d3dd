"""Shows every page in its reader's language, and leads to the first run while there was none."""

from django.shortcuts import redirect
from django.utils import timezone, translation

from .languages import language_of, workspace_time_zone
from .models import Workspace

BEFORE_THE_FIRST_RUN = ("/setup/", "/design/", "/healthz", "/static/")


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
