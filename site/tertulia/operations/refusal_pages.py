"""Error pages for requests refused in front of Django, without session, query or middleware.

Like 500.html they use no variable of the request, so they are cached: refusing must cost less than
requesting. htmx gets a sentence instead, as from htmx_errors.
"""

from functools import lru_cache
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.csp import ContentSecurityPolicyMiddleware
from django.middleware.security import SecurityMiddleware
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import add_never_cache_headers

from users.themes import Look

STATUSES = (400, 408, 413, 429, 431)


class Refusal(NamedTuple):
    """A response; `headers` are pairs of bytes, as in ASGI."""

    status: int
    headers: list
    content: bytes


def refusal_of(status, headers=()):
    """Return the Refusal for a request with these `headers`; 400 if `status` has no page."""
    status = status if status in STATUSES else 400
    request = _request_of(headers)
    language = translation.get_language_from_request(request)
    if request.headers.get("HX-Request") == "true":
        response = HttpResponse(_sentence(status, language), status=status)
        response = placed(request, response)
    else:
        response = HttpResponse(_page(status, language), status=status)
    response["Connection"] = "close"
    response["Content-Language"] = language
    response["Content-Length"] = str(len(response.content))
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    add_never_cache_headers(response)
    for middleware in _middleware():
        response = middleware.process_response(request, response)
    pairs = [(name.lower().encode(), value.encode()) for name, value in response.items()]
    return Refusal(status, pairs, response.content)


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
    names = {b"accept-language", b"hx-request", b"hx-source", b"x-forwarded-proto"}
    for name, value in headers:
        if name in names:
            variable = f"HTTP_{name.decode().upper().replace('-', '_')}"
            request.META[variable] = value.decode("latin-1")
    return request


@lru_cache(maxsize=64)
def _page(status, language):
    with translation.override(language):
        context = {"look": Look(), "max_body": settings.MAX_BODY_BYTES}
        return render_to_string(f"{status}.html", context)


@lru_cache(maxsize=64)
def _sentence(status, language):
    with translation.override(language):
        return render_to_string("_refused.html", {"reason": status})


@lru_cache(maxsize=1)
def _middleware():
    """Return Django's middleware that only adds headers."""
    classes = (XFrameOptionsMiddleware, ContentSecurityPolicyMiddleware, SecurityMiddleware)
    return [middleware(lambda request: None) for middleware in classes]
