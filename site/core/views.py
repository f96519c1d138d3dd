"""What views do with forms and with rights."""

from django.core.exceptions import PermissionDenied


def sent(request):
    """Return the data that a form was sent with, or None if it is only shown."""
    return request.POST if request.method == "POST" else None


def status_of(form):
    """Return 422 for a form that was sent and refused, and 200 for one that is only shown."""
    return 422 if form.is_bound else 200


def changes_of(form):
    """Return {field: its new value} for the fields of a valid form that were changed."""
    return {name: form.cleaned_data[name] for name in form.changed_data}


def require(allowed):
    """Raise PermissionDenied unless `allowed`."""
    if not allowed:
        raise PermissionDenied
