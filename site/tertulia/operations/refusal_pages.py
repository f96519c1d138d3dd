"""Error pages for requests refused in front of Django, without session, query or middleware.

Like 500.html they use no variable of the request, so they are cached: refusing must cost less than
requesting. htmx gets a sentence instead, as from htmx_errors.
"""

from functools import lru_cache
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.csp import ContentSecurityPolicyMiddleware
from django.middleware.security import SecurityMiddleware
from django.shortcuts import resolve_url
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override

from users.themes import Look

from .addresses import is_webhook
from .problems import is_for_programs, problem
from .webhooks import private
from .webhooks import refusal as refused_webhook

STATUSES = (400, 408, 413, 429, 431, 503, 507)
# More exact reasons than a status, of uploads: see 413.html, 429.html and _reason.html.
REASONS = ("files", "many", "login", "uploads", "busy", "space")
# Addresses that the page of a room without JavaScript shows in iframes.
FRAMES = {"messaging:compose", "messaging:live"}


class Refusal(NamedTuple):
    """A response; `headers` are pairs of bytes, as in ASGI."""

    status: int
    headers: list
    content: bytes


def refusal_of(status, headers=(), path="", reason=None):
    """Return the Refusal for a request with these `headers`; 400 if `status` has no page.

    `reason` is one of REASONS, if there is a more exact one than the status.
    """
    if status not in STATUSES and not is_for_programs(path):
        status = 400
    request = _request_of(headers)
    request.path_info = path
    response = refused(request, status, reason)
    response["Connection"] = "close"
    response["Content-Length"] = str(len(response.content))
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    for middleware in _middleware():
        response = middleware.process_response(request, response)
    pairs = [(name.lower().encode(), value.encode()) for name, value in response.items()]
    return Refusal(status, pairs, response.content)


def unreadable(scope):
    """Return the response to an ASGI request of which Django cannot even make a request."""
    request = _request_of(scope["headers"])
    request.path_info = scope["path"]
    return _refused_program(request, 400) or HttpResponseBadRequest()


def refused(request, status, reason=None):
    """Return the page for a `request` that is refused before it is read; htmx gets a sentence.

    Programs get a problem, or the word of a webhook.
    """
    response = _refused_program(request, status)
    if response is not None:
        return response
    language = translation.get_language_from_request(request)
    facts = (reason or status, language, settings.FILES_LIMIT)
    if request.headers.get("HX-Request") == "true":
        response = placed(request, HttpResponse(_sentence(*facts), status=status))
    elif _is_framed(request):
        response = _allow_framing(HttpResponse(_frame(request, *facts), status=status))
    else:
        response = HttpResponse(_page(status, *facts), status=status)
        response["X-Frame-Options"] = "DENY"
    response["Content-Language"] = language
    add_never_cache_headers(response)
    return response


def _refused_program(request, status):
    """Return the response to a program, or None if the address is a page's."""
    if is_webhook(request.path_info):
        return refused_webhook(status)
    if is_for_programs(request.path_info):
        return private(problem(request, status))
    return None


def is_from_a_form(request):
    """Return True if htmx sent `request` from a form."""
    return request.headers.get("HX-Source", "").startswith("form")


def placed(request, answer):
    """Set the headers that place `answer`, a sentence, on the page, and return it.

    htmx inserts it into the submitted form, or at the end of the target. It never replaces content,
    such as a text that the user has typed.
    """
    answer["HX-Reswap"] = "beforeend"
    if request.headers.get("HX-Source") == "form#compose":
        answer["HX-Retarget"], answer["HX-Reswap"] = "#compose-errors", "innerHTML"
    elif is_from_a_form(request):
        answer["HX-Retarget"] = "closest *"
    return answer


def _request_of(headers):
    """Return a request with only the headers that the response depends on."""
    request = HttpRequest()
    names = {
        *(b"accept-language", b"hx-request", b"hx-source", b"x-forwarded-proto"),
        b"sec-fetch-dest",
    }
    for name, value in headers:
        if name in names:
            variable = f"HTTP_{name.decode().upper().replace('-', '_')}"
            request.META[variable] = value.decode("latin-1")
    return request


def _is_framed(request):
    """Return True if an iframe shows the response to `request`."""
    return request.headers.get("Sec-Fetch-Dest") == "iframe" or _frame_at(request) != ""


def _frame_at(request):
    """Return the path of `request` if it is of one of FRAMES, else ""."""
    try:
        name = resolve(request.path_info).view_name
    except Resolver404:
        return ""
    return request.path_info if name in FRAMES else ""


def _allow_framing(response):
    response["X-Frame-Options"] = "SAMEORIGIN"
    policy = {**settings.SECURE_CSP, "frame-ancestors": [CSP.SELF]}
    return csp_override(policy)(lambda request: response)(None)


@lru_cache(maxsize=64)
def _page(status, *facts):
    return _drawn(f"{status}.html", *facts)


@lru_cache(maxsize=64)
def _sentence(*facts):
    return _drawn("_refused.html", *facts)


def _frame(request, *facts):
    return _drawn("refused_frame.html", *facts, back=_frame_at(request))


def _drawn(template, reason, language, max_files, back=""):
    context = {
        "look": Look(),
        "reason": reason,
        "max_body": settings.MAX_BODY_BYTES,
        "max_files": max_files,
        "login": resolve_url(settings.LOGIN_URL),
        "back": back,
    }
    with translation.override(language):
        return render_to_string(template, context)


@lru_cache(maxsize=1)
def _middleware():
    """Return Django's middleware that only adds headers."""
    classes = (XFrameOptionsMiddleware, ContentSecurityPolicyMiddleware, SecurityMiddleware)
    return [middleware(lambda request: None) for middleware in classes]
