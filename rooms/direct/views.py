"""Pages of direct rooms: a new conversation, and making a room of one."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from core import throttling
from core.views import sent, status_of
from users.models import User

from ..access import require, room_and_membership
from ..naming import NameRefused
from . import actions
from .forms import ConversationForm, MakeRoomForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_conversation(request):
    """Choose people, over as many searches as it takes, and open their conversation."""
    is_final = request.method == "POST" and "find" not in request.POST
    form = ConversationForm(request.user, sent(request) or request.GET, is_final)
    if form.is_valid() and throttling.allow(form, "talk", request.user, field="q"):
        try:
            room = actions.open_direct_room(request.user, *form.cleaned_data["others"])
            return redirect(room)
        except PermissionDenied:  # somebody was deactivated meanwhile
            form.full_clean()

    response = render(
        request, "rooms/direct/new_conversation.html", {"form": form}, status=status_of(form)
    )
    return throttling.answer(form, response)


@require_POST
@throttling.limited("talk")
def talk(request, pk):
    """Open the conversation with one person; with oneself, one's notes."""
    other = get_object_or_404(User.objects.filter(is_active=True), pk=pk)

    return redirect(actions.open_direct_room(request.user, other))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def make_room(request, slug):
    room, membership = room_and_membership(request, slug)
    require(membership and membership.can_make_room)
    form = MakeRoomForm(sent(request))
    if form.is_valid():
        try:
            actions.make_room(room, request.user, form.cleaned_data["name"])
            return redirect("rooms:people", room.slug)
        except NameRefused as error:
            form.refuse(error)

    page = {
        "room": room,
        "membership": membership,
        "form": form,
        "others": room.memberships.for_people().exclude(user=request.user),
    }
    response = render(request, "rooms/direct/make_room.html", page, status=status_of(form))
    return throttling.answer(form, response)
