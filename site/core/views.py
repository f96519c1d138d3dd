"""Helpers for views: form data, response statuses and permission checks."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.forms import BaseForm
from django.http import HttpRequest, QueryDict


def sent(request: HttpRequest) -> QueryDict | None:
    """Return the POST data, or None for another method: the `data` argument of a form."""
    return request.POST if request.method == "POST" else None


def status_of(form: BaseForm) -> int:
    """Return 422 for a bound form, which was sent and rejected, and 200 for an unbound one."""
    return 422 if form.is_bound else 200


def changes_of(form: BaseForm) -> dict[str, Any]:
    """Return {field name: new value} for the changed fields of a valid form."""
    return {name: form.cleaned_data[name] for name in form.changed_data}


def page_of(request: HttpRequest, rows: Any, size: int) -> Page:
    """Return the page of `rows` that `?page=` asks for, or the nearest page that exists."""
    return Paginator(rows, size).get_page(request.GET.get("page"))


def require(allowed: object) -> None:
    """Raise PermissionDenied unless `allowed`."""
    if not allowed:
        raise PermissionDenied
