"""Discarding a form that was kept until its user logged in again."""

from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from ..login import kept_forms


@require_POST
def discard(request):
    request.session.pop(kept_forms.KEPT, None)
    return redirect("rooms:home")
