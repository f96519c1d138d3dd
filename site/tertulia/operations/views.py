"""Views that belong to no app: health, metrics, the admin's login and CSRF failures."""

from allauth.account.utils import get_next_redirect_url
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from . import health
from .htmx_errors import refused_for
from .metrics import exposition


@never_cache
@require_safe
def healthz(request):
    """Return 200 if the database and, if configured, Redis answer; else 503."""
    try:
        health.try_database()
        health.try_redis()
    except health.Fault as fault:
        return HttpResponse(f"{fault.public}\n", "text/plain", status=503)
    return HttpResponse("ok\n", "text/plain")


@never_cache
@require_safe
def metrics(request):
    """Return Prometheus's figures to a client with METRICS_TOKEN as bearer token."""
    if not settings.METRICS_TOKEN:
        return HttpResponse("Set METRICS_TOKEN to read the metrics.\n", "text/plain", status=404)
    given = request.headers.get("Authorization", "")
    if not constant_time_compare(given, f"Bearer {settings.METRICS_TOKEN}"):
        headers = {"WWW-Authenticate": "Bearer"}
        return HttpResponse("", "text/plain", status=401, headers=headers)
    return HttpResponse(exposition(), CONTENT_TYPE_PLAIN_0_0_4)


@never_cache
@login_not_required
def enter_admin(request, extra_context=None):
    """Redirect to `next` or the admin's index, and ignore any form.

    Django's own view would accept a password without a rate limit and without a second factor.
    """
    return redirect(get_next_redirect_url(request) or "admin:index")


def csrf_failure(request, reason=""):
    """Reject a form without a valid token; never show another site's text as the user's own."""
    response = render(request, "403_csrf.html", status=403)
    is_own = reason.startswith("CSRF")
    return refused_for("token" if is_own else "person", response)
