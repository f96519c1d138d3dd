"""What is answered to whoever does something too often: 429, a sentence, and how long to wait.

With a form the sentence stands beside a field and what was typed is kept.
"""

import math
from functools import wraps

from django.core.exceptions import ValidationError
from django.shortcuts import render
from django.utils.translation import ngettext_lazy

from . import rate_limits


def too_often(wait):
    """Return the ValidationError that asks to wait so many seconds."""
    if wait < 120:
        sentence, number = _SECONDS, wait
    else:
        sentence, number = _MINUTES, math.ceil(wait / 60)
    return ValidationError(sentence, code="too_often", params={"number": number})


_SECONDS = ngettext_lazy(
    "That was too often. Please wait %(number)d second.",
    "That was too often. Please wait %(number)d seconds.",
    "number",
)
_MINUTES = ngettext_lazy(
    "That was too often. Please wait %(number)d minute.",
    "That was too often. Please wait %(number)d minutes.",
    "number",
)


def lets(form, name, person, field):
    """Count one use for a valid `form`; where it is one too many, say so beside `field`."""
    return not refuse(form, field, rate_limits.take(name, person), too_often)


def refuse(form, field, wait, sentence):
    """Put `sentence(wait)` beside `field` where there is a `wait`; return the seconds."""
    if wait:
        form.wait = wait
        form.add_error(field, sentence(wait))
    return wait


def answer(form, response):
    """Return `response` as what it is where `form` was refused by a limit (RFC 6585, 4)."""
    response.holds_the_form = True
    return _waiting(response, getattr(form, "wait", 0))


def _waiting(response, wait):
    if wait:
        response.status_code = 429
        response["Retry-After"] = str(wait)
    return response


def limited(name):
    """Return a decorator for views without a field to say it beside: 429 for a POST too many."""

    def limit(view):
        @wraps(view)
        def counted(request, *args, **kwargs):
            wait = rate_limits.take(name, request.user) if request.method == "POST" else 0
            return refusal(request, wait) if wait else view(request, *args, **kwargs)

        return counted

    return limit


def refusal(request, wait):
    """Return the page that says that this was too often, and to wait so many seconds."""
    return _waiting(render(request, "429.html"), wait)
