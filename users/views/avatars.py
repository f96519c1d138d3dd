"""A person's picture: uploaded and removed on the profile, removed by administrators, and sent."""

from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from core import flash, rate_limits, throttling
from files.actions import Refused
from files.responses import answer

from ..avatars import actions
from ..avatars.forms import AvatarForm
from ..avatars.queries import find_avatar
from .people import change
from .profile import show_profile

rate_limits.define("avatar", count=20, seconds=3600)


@never_cache
@require_POST
def avatar(request):
    form = AvatarForm(request.POST, request.FILES)
    if form.is_valid() and throttling.allow(form, "avatar", request.user, field="avatar"):
        try:
            actions.set_avatar(request.user, form.cleaned_data["avatar"].file)
        except Refused as refused:
            form.refuse(refused.code)
        else:
            flash.success(request, "avatar_saved")
            return redirect("users:profile")

    return throttling.answer(form, show_profile(request, avatar_form=form))


@never_cache
@require_POST
def remove(request):
    actions.remove_avatar(request.user, by=request.user)

    flash.success(request, "avatar_removed")
    return redirect("users:profile")


@require_safe
def avatar_file(request, pk, key):
    """Send the avatar of a person to anybody who is logged in; 404 if it is not theirs any more."""
    avatar = find_avatar(pk, key)
    if avatar is None:
        raise Http404

    return answer(request, avatar, "avatar.webp")


@require_POST
def remove_of(request, pk):
    return change(request, pk, actions.remove_avatar, "avatar_removed_of")
