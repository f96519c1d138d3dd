"""Answers the machines that look after the site before anything else asks who they are."""

from . import views


class MachinesMiddleware:
    """`/healthz` and `/metrics`: by any host name, over plain HTTP, without session or workspace.

    A platform asks by an address of its own, and must get an answer where the database gives none.
    """

    answers = {"/healthz": views.healthz, "/metrics": views.metrics}

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.answers.get(request.path, self.get_response)(request)
