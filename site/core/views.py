"""Helpers for views: form data, response statuses and permission checks."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator


def sent(request):
    """Return the POST data, or None for another method: the `data` argument of a form."""
    return request.POST if request.method == "POST" else None


def status_of(form):
    """Return 422 for a bound form, which was sent and rejected, and 200 for an unbound one."""
    return 422 if form.is_bound else 200


def changes_of(form):
    """Return {field name: new value} for the changed fields of a valid form."""
    return {name: form.cleaned_data[name] for name in form.changed_data}


def page_of(request, rows, size):
    """Return the page of `rows` that `?page=` asks for, or the nearest page that exists."""
    return Paginator(rows, size).get_page(request.GET.get("page"))


def require(allowed):
    """Raise PermissionDenied unless `allowed`."""
    if not allowed:
        raise PermissionDenied
