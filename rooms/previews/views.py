"""The page on which somebody in a conversation chooses whether its links have previews."""

from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core import flash, throttling
from core.views import sent, status_of

from ..access import require, room_and_membership
from .actions import choose_previews
from .forms import PreviewsForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def previews(request, slug):
    room, membership = room_and_membership(request, slug)
    require(membership and membership.can_choose_previews)

    form = PreviewsForm(sent(request), initial={"link_previews": room.allows_previews})
    if form.is_valid() and throttling.allow(
        form, "room settings", request.user, field="link_previews"
    ):
        choose_previews(room, form.cleaned_data["link_previews"], by=request.user)
        flash.success(request, "link_previews_saved")
        return redirect("rooms:link_previews", room.slug)

    page = {"room": room, "membership": membership, "form": form}
    response = render(request, "rooms/previews/previews.html", page, status=status_of(form))
    return throttling.answer(form, response)
