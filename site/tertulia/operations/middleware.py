"""Middleware for every request, before sessions and authentication."""

from django.conf import settings

from . import views


class SiteAddressMiddleware:
    """Makes absolute links begin with SITE_URL instead of the request's Host header.

    A user who triggers a mail to somebody else must not choose the host or port of its links.
    `request.build_absolute_uri` reads both from this attribute, and allauth builds all its links
    with that method.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request._current_scheme_host = settings.SITE_URL
        return self.get_response(request)


class MachinesMiddleware:
    """Serves `/healthz` and `/metrics` for any host, over plain HTTP, without a session.

    A platform uses its own address, and must get a response even if the database is down.
    """

    answers = {"/healthz": views.healthz, "/metrics": views.metrics}

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.answers.get(request.path, self.get_response)(request)
