"""Errors as JSON for programs (RFC 9457), whoever refuses the request.

A program gets no page: the views of the API, the guard in front of Django and a failure all answer
in this form under /api/.
"""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

PROGRAMS = "/api/"
CONTENT_TYPE = "application/problem+json"
HELP = "/help/api/"  # has an element with the id of each code

# What each code means. A code never changes.
SENTENCES = {
    "bad_request": _("The request cannot be read."),
    "invalid_json": _("The body is not valid JSON."),
    "invalid_cursor": _("This is not a revision of the room."),
    "invalid_token": _("The access token is missing or not valid (any more)."),
    "insufficient_scope": _("The access token does not have the scope for this."),
    "cross_site": _("Other sites may not load this."),
    "https_required": _("Use https: over http, others can read the access token."),
    "forbidden": _("You are not allowed to do this."),
    "not_found": _("There is nothing here, or you cannot see it."),
    "method_not_allowed": _("This address does not take this method."),
    "timeout": _("The body did not arrive in time."),
    "too_large": _("The body is too large."),
    "unsupported_media_type": _("The body must be JSON in UTF-8, sent as application/json."),
    "precondition_failed": _("There is another version of this."),
    "range_not_satisfiable": _("The file does not have this range."),
    "invalid": _("Some values are not right."),
    "too_often": _("Too many requests. Please wait a moment."),
    "failed": _("Something went wrong on our side. Please try again later."),
    "unavailable": _("This does not work right now. Please try again in a minute."),
    "no_space": _("The server has no space left for files."),
}
# The code of a refusal that has only a status.
CODES = {
    400: "bad_request",
    401: "invalid_token",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    408: "timeout",
    413: "too_large",
    412: "precondition_failed",
    415: "unsupported_media_type",
    416: "range_not_satisfiable",
    422: "invalid",
    429: "too_often",
    500: "failed",
    503: "unavailable",
    507: "no_space",
}
# Refusals that end by themselves, and after how many seconds if nobody says more.
BUSY = {429, 503}
RETRY_SECONDS = 5


def is_for_programs(path: str) -> bool:
    """Return True if `path` belongs to the API."""
    return path.startswith(PROGRAMS)


def problem(
    request: HttpRequest,
    status: int,
    code: str = "",
    detail: Any = "",
    errors: Iterable[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> JsonResponse:
    """Return the error `code`, one of SENTENCES, with HTTP `status`.

    `detail` says what is wrong this time, in the language that the program asked for; by default it
    is what the code means. `errors` says which fields are wrong: {"pointer": a JSON pointer in the
    body, "detail": a sentence}, or "parameter" and the name of one of the address.
    """
    code = code or CODES.get(status, "bad_request")
    language = translation.get_language_from_request(request)
    with translation.override(language):
        content = {
            "type": f"{settings.SITE_URL}{HELP}#{code}",
            "title": HTTPStatus(status).phrase,
            "status": status,
            "code": code,
            "detail": str(detail or SENTENCES[code]),
        }
        found = [{name: str(value) for name, value in error.items()} for error in errors]
    if found:
        content["errors"] = found
    response = JsonResponse(content, status=status, content_type=CONTENT_TYPE, headers=headers)
    response["Content-Language"] = language
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer error="invalid_token"'  # RFC 6750, 3
    if status in BUSY:
        response.headers.setdefault("Retry-After", str(RETRY_SECONDS))
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response
