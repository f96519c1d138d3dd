"""Answers to rate-limited requests: status 429, an error message and a Retry-After header.

A form shows the message beside a field and keeps what was typed.
"""

import math
from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext_lazy

from . import rate_limits, read_only

type View = Callable[..., HttpResponse]


def too_often(wait: int) -> ValidationError:
    """Return a ValidationError that asks the user to wait for `wait` seconds."""
    if wait < 120:
        sentence, number = _SECONDS, wait
    else:
        sentence, number = _MINUTES, math.ceil(wait / 60)
    return ValidationError(sentence, code="too_often", params={"number": number})


_SECONDS = ngettext_lazy(
    "You're doing that too fast. Please wait %(number)d second.",
    "You're doing that too fast. Please wait %(number)d seconds.",
    "number",
)
_MINUTES = ngettext_lazy(
    "You're doing that too fast. Please wait %(number)d minute.",
    "You're doing that too fast. Please wait %(number)d minutes.",
    "number",
)


def allow(form: forms.Form, name: str, person: rate_limits.HasKey, field: str) -> bool:
    """Count one use of the limit `name` and return True if it is allowed.

    Otherwise, add an error to `field` of `form`, which must be valid.
    """
    return not refuse(form, field, rate_limits.take(name, person), too_often)


def allow_often(form: forms.Form, name: str, person: rate_limits.HasKey, field: str) -> bool:
    """Like `allow`, for frequent acts (`rate_limits.take_often`) that change nothing.

    Read-only requests are allowed and not counted.
    """
    wait = 0 if read_only.is_active() else rate_limits.take_often(name, person)
    return not refuse(form, field, wait, too_often)


def refuse(
    form: forms.Form, field: str | None, wait: int, sentence: Callable[[int], ValidationError]
) -> int:
    """Add the error `sentence(wait)` to `field` if `wait` is not 0. Return `wait`, in seconds."""
    if wait:
        form.wait = wait
        form.add_error(field, sentence(wait))
    return wait


def answer(form: forms.Form, response: HttpResponse) -> HttpResponse:
    """Turn `response` into 429 with Retry-After if a limit rejected `form` (RFC 6585, 4)."""
    response.holds_the_form = True
    response.sentences = [error for errors in form.errors.values() for error in errors]
    return _waiting(response, getattr(form, "wait", 0))


def _waiting(response: HttpResponse, wait: int) -> HttpResponse:
    if wait:
        response.status_code = 429
        response["Retry-After"] = str(wait)
    return response


def limited(name: str) -> Callable[[View], View]:
    """Return a decorator that answers a POST over the limit `name` with the page 429.html.

    For views without a form field that could show the error.
    """

    def limit(view: View) -> View:
        @wraps(view)
        def counted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            wait = rate_limits.take(name, request.user) if request.method == "POST" else 0
            return refusal(request, wait) if wait else view(request, *args, **kwargs)

        return counted

    return limit


def refusal(request: HttpRequest, wait: int) -> HttpResponse:
    """Return the page 429.html with a Retry-After of `wait` seconds."""
    return _waiting(render(request, "429.html"), wait)
