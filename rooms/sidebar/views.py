"""A person's list of rooms: arranging it, and finding a room or a person."""

from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import throttling
from core.views import require, sent, status_of

from ..access import room_and_membership
from . import actions
from .finding import find
from .forms import BackForm, FindForm, SectionForm
from .groups import other_sections


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def arrange(request, slug):
    room, membership = room_and_membership(request, slug)
    require(membership)
    form = SectionForm(membership, sent(request), sections=other_sections(membership))
    if form.is_valid() and throttling.allow(form, "arrange", request.user, field="section"):
        actions.move_to_section(membership, form.cleaned_data["section"])
        return redirect("rooms:arrange", room.slug)

    page = {"room": room, "membership": membership, "form": form}
    response = render(request, "rooms/sidebar/arrange.html", page, status=status_of(form))
    return throttling.answer(form, response)


def act_of(act):
    """Return the view of an act on the person's membership of a room, without a form."""

    @require_POST
    @throttling.limited("arrange")
    def view(request, slug):
        room, membership = room_and_membership(request, slug)
        require(membership)

        act(membership)

        back = BackForm(request.POST)
        return redirect(room if back.is_valid() else reverse("rooms:arrange", args=[slug]))

    return view


favourite = act_of(actions.favourite_room)
unfavourite = act_of(actions.unfavourite_room)
mute = act_of(actions.mute_room)
unmute = act_of(actions.unmute_room)


@never_cache
@require_safe
def switch(request):
    form = FindForm(request.GET)
    page = {"form": form, "words": "", "found": None}
    if form.is_valid() and throttling.allow_often(form, "find", request.user, field="q"):
        words = form.cleaned_data["q"]
        page |= {"words": words, "found": find(request.user, words)}

    template = "_found.html" if request.htmx else "switch.html"
    status = 422 if form.errors else 200
    response = render(request, f"rooms/sidebar/{template}", page, status=status)
    return throttling.answer(form, response)


@require_safe
def keys(request):
    template = "_keys.html" if request.htmx else "keys.html"
    return render(request, f"rooms/sidebar/{template}")
