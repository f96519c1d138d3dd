"""Answers programs in front of everything that is for people.

Under /api/ nothing reads a cookie: there are no sessions, CSRF tokens, flash messages or pages, and
so nothing that another site could use. Every error is JSON.
"""

from contextlib import contextmanager
from datetime import UTC
from inspect import iscoroutine

from asgiref.sync import async_to_sync
from django.conf import settings
from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFilesSent,
)
from django.db import connection
from django.http import Http404, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers, patch_vary_headers

from core import read_only

from ..operations.addresses import resolve_address
from ..operations.isolation import is_own, opens_page
from ..operations.problems import is_for_programs, problem
from ..operations.text_input import check_address, check_headers, refuse_unstorable
from .problems import Problem

# What others raise, and the status that programs get; the first that fits.
STATUSES = {
    Http404: 404,
    PermissionDenied: 403,
    (RequestDataTooBig, TooManyFilesSent): 413,
    (BadRequest, SuspiciousOperation): 400,
}
KEPT = ("Content-Range", "ETag", "Accept-Ranges", "Retry-After")
RAISED = (Http404, PermissionDenied, BadRequest, SuspiciousOperation)


class ProgramsMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not is_for_programs(request.path_info):
            return self.get_response(request)
        request.COOKIES = {}
        request.META.pop("HTTP_COOKIE", None)
        language = translation.get_language_from_request(request)
        with translation.override(language), timezone.override(UTC):
            response = answer(request)
        response.headers.setdefault("X-Frame-Options", "DENY")
        patch_vary_headers(response, ["Authorization", "Accept-Language"])
        if "Cache-Control" not in response:
            add_never_cache_headers(response)
        return response


def answer(request):
    """Return the response of the address's view, or the problem that it or a check raised."""
    try:
        check(request)
        match = request.resolver_match = resolve_address(request.path_info)
        with connection.execute_wrapper(refuse_unstorable), looking(request):
            response = match.func(request, *match.args, **match.kwargs)
            if iscoroutine(response):
                response = async_to_sync(_awaited)(response)
        if response.status_code >= 400 and "problem" not in response["Content-Type"]:
            return problem(request, response.status_code, headers=kept_of(response))
        return without_stream(request, response)
    except Problem as error:
        return error.answer(request)
    except RAISED as error:
        status = next(status for kinds, status in STATUSES.items() if isinstance(error, kinds))
        return problem(request, status)


def check(request):
    """Raise an error if the request must be refused, whatever it asks for."""
    request.get_host()
    check_headers(request)
    check_address(request)
    if settings.SECURE_SSL_REDIRECT and not request.is_secure():
        raise Problem(403, "https_required")
    if not (is_own(request) or opens_page(request)):
        raise Problem(403, "cross_site")


@contextmanager
def looking(request):
    """Handle HEAD like a GET that changes nothing, and prefetches too: see core.read_only."""
    method = request.method
    is_prefetch = method == "GET" and read_only.is_prefetch(request)
    if method != "HEAD" and not is_prefetch:
        yield
        return
    request.method = "GET"
    try:
        with read_only.enforced("prefetch" if is_prefetch else "HEAD"):
            yield
    finally:
        request.method = method


def without_stream(request, response):
    """Replace a stream, which may be endless, by its head in an answer to HEAD."""
    if request.method == "HEAD" and response.streaming:
        return HttpResponse(status=response.status_code, headers=response.headers)
    return response


def kept_of(response):
    """Return the headers of an error that its problem has too."""
    return {name: response[name] for name in KEPT if name in response}


async def _awaited(coroutine):
    return await coroutine
