"""A person's status: set and cleared on the profile, removed by administrators."""

from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from core import flash, rate_limits, throttling

from ..clock.wording import shown
from ..status import actions
from ..status.forms import StatusForm
from .people import change
from .profile import show_profile

rate_limits.define("status", count=60, seconds=3600)


@never_cache
@require_POST
def status(request):
    form = StatusForm(request.POST, person=request.user)
    if form.is_valid() and throttling.allow(form, "status", request.user, field="text"):
        actions.set_status(request.user, **form.status())

        until = form.status()["until"]
        words = {"moment": until and shown(until, "moment"), "note": form.note}
        flash.success(request, "status_saved", **words)
        return redirect("users:profile")

    return throttling.answer(form, show_profile(request, status_form=form))


@never_cache
@require_POST
def clear(request):
    actions.clear_status(request.user, by=request.user)

    flash.success(request, "status_cleared")
    return redirect("users:profile")


@require_POST
def remove_of(request, pk):
    return change(request, pk, actions.clear_status, "status_removed_of")
