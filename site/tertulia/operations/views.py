"""What belongs to no app: the answers for machines, and a page for a form without its token."""

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
    """Answer 200 when the database, and Redis where it is set, answer; 503 otherwise."""
    try:
        health.try_database()
        health.try_redis()
    except health.Fault as fault:
        return HttpResponse(f"{fault.public}\n", "text/plain", status=503)
    return HttpResponse("ok\n", "text/plain")


@never_cache
@require_safe
def metrics(request):
    """Answer with Prometheus's figures whoever brings METRICS_TOKEN as a bearer token."""
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
    """Lead administrators on, whatever they send here.

    Django's own view would take anybody's password from them: uncounted, and without asking for a
    second factor.
    """
    return redirect(get_next_redirect_url(request) or "admin:index")


def csrf_failure(request, reason=""):
    """Answer a form without its token; what another site sent is not shown as the reader's own."""
    response = render(request, "403_csrf.html", status=403)
    is_own = reason.startswith("CSRF")
    return refused_for("token" if is_own else "person", response)
