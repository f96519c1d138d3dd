"""Incoming webhooks, in front of everything that is for people.

Under /hooks/ nothing reads or sets a cookie: there are no sessions, CSRF tokens or flash messages.
Every answer to a program is plain text (`messaging.webhooks.incoming.answers`), and the route that
is logged is the same for every address, because the path is a secret.
"""

from django.conf import settings
from django.urls import Resolver404
from django.utils.cache import add_never_cache_headers

from messaging.webhooks.incoming.answers import answer, answer_status

from .addresses import is_webhook, resolve_address
from .isolation import is_own, opens_page


def refusal(status):
    """Return the response to a program whose request is refused before it is read."""
    return private(answer_status(status))


def private(response):
    """Return `response` with the headers that the middleware for pages would set."""
    response.headers.setdefault("X-Frame-Options", "DENY")
    add_never_cache_headers(response)
    return response


class WebhooksMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not is_webhook(request.path_info):
            return self.get_response(request)
        request.COOKIES = {}
        request.META.pop("HTTP_COOKIE", None)
        return private(answered(request))


def answered(request):
    if not (is_own(request) or opens_page(request)):  # a page of another site
        return answer("action_prohibited")
    try:
        match = request.resolver_match = resolve_address(request.path_info)
    except Resolver404:
        return answer("no_service")
    if settings.SECURE_SSL_REDIRECT and not request.is_secure() and request.method == "POST":
        return answer("https_required")
    return match.func(request, *match.args, **match.kwargs)
