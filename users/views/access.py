"""Access control for the views of this app."""

from functools import wraps

from django.core.exceptions import PermissionDenied


def administrators_only(view):
    """Decorate `view` to raise PermissionDenied unless the user is an administrator."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not request.user.is_administrator:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded
