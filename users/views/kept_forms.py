"""A form that waited for its person to log in again, and is not wanted any more."""

from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from ..login import kept_forms


@require_POST
def discard(request):
    request.session.pop(kept_forms.KEPT, None)
    return redirect("rooms:home")
