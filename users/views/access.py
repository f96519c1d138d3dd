"""Who may enter the pages of this app."""

from functools import wraps

from django.core.exceptions import PermissionDenied


def administrators_only(view):
    """Refuse `view` with 403 to everybody who does not look after the workspace."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not request.user.is_administrator:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded
