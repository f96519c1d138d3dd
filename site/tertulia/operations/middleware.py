"""What holds for every request, before anything asks whose it is."""

from django.conf import settings

from . import views


class SiteAddressMiddleware:
    """Makes absolute links begin with SITE_URL instead of the Host that the request names.

    Whoever asks for a mail to somebody else must not choose the port, or the host, that its links
    lead to. This is the attribute from which `request.build_absolute_uri` takes both; allauth
    makes all its links by that method.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request._current_scheme_host = settings.SITE_URL
        return self.get_response(request)


class MachinesMiddleware:
    """`/healthz` and `/metrics`: by any host name, over plain HTTP, without session or workspace.

    A platform asks by an address of its own, and must get an answer where the database gives none.
    """

    answers = {"/healthz": views.healthz, "/metrics": views.metrics}

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.answers.get(request.path, self.get_response)(request)
