"""Refuse a program's request from anywhere in a view."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, JsonResponse

from ..operations.problems import problem as problem


class Problem(Exception):
    """Ends the request with this error: see `problem`. ProgramsMiddleware answers it."""

    def __init__(
        self,
        status: int,
        code: str = "",
        detail: Any = "",
        errors: Iterable[Mapping[str, Any]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, code)
        self._facts = status, code, detail, errors, headers

    def answer(self, request: HttpRequest) -> JsonResponse:
        return problem(request, *self._facts)


def too_often(wait: int, errors: Iterable[Mapping[str, Any]] = ()) -> Problem:
    """Return the Problem of a rate limit: try again in `wait` seconds (RFC 6585, 4)."""
    return Problem(429, errors=errors, headers={"Retry-After": str(wait)})


def invalid(form: BaseForm, parameter: str = "", status: int = 422) -> Problem:
    """Return the Problem of a `form` with errors: 429 if a rate limit refused it, or `status`.

    Each error has a JSON pointer to its field in the body. If the form is of parameters of the
    address, `parameter` is "*", or the name of the one that all errors are about.
    """
    errors = [
        {**_place(field, parameter), "detail": sentence}
        for field, sentences in form.errors.items()
        for sentence in sentences
    ]
    wait = getattr(form, "wait", 0)
    return too_often(wait, errors) if wait else Problem(status, errors=errors)


def _place(field: str, parameter: str) -> dict[str, str]:
    if parameter:
        return {"parameter": field if parameter == "*" else parameter}
    return {"pointer": "#" if field == "__all__" else f"#/{field}"}
