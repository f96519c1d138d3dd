"""The page of a room's invite links, and joining a room by one."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from core import throttling
from core.views import require, sent, status_of
from users.links.actions import LinkSpent, revoke_invitation
from users.links.forms import LimitsForm
from users.links.pages import link_gone
from users.models import Invitation

from ..access import room_and_membership
from . import actions
from .models import RoomInvitation


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request, slug):
    room, membership = room_and_membership(request, slug)
    require(membership and membership.can_invite)
    form = LimitsForm(request.user, sent(request))
    if request.method == "POST":
        require(request.workspace.lets_invite(request.user))

    if form.is_valid() and throttling.allow(form, "invitation", request.user, field="days"):
        _invitation, token = actions.invite_to_room(room, request.user, **form.cleaned_data)
        # Only this response can show the address, because only a hash of the token is stored.
        address = request.build_absolute_uri(reverse("users:invited_signup", args=[token]))
        return render_invite(request, room, membership, LimitsForm(request.user), address)

    return render_invite(request, room, membership, form)


def render_invite(request, room, membership, form, address=None):
    page = {
        "room": room,
        "membership": membership,
        "form": form,
        "address": address,
        "room_address": request.build_absolute_uri(room.get_absolute_url()),
        "invitations": usable_of(room, request.user),
    }
    response = render(request, "rooms/invitations/invite.html", page, status=status_of(form))
    return throttling.answer(form, response)


def usable_of(room, user):
    """Return the valid invitations to `room` that `user` may revoke."""
    return Invitation.objects.usable().for_list(user).filter(into__room=room)


@require_POST
def revoke(request, slug, pk):
    room, membership = room_and_membership(request, slug)
    require(membership)
    invitation = get_object_or_404(usable_of(room, request.user), pk=pk)

    revoke_invitation(invitation, by=request.user)

    return redirect("rooms:invite", room.slug)


@login_not_required
@require_POST
def accept(request, token):
    invitation = Invitation.objects.usable().for_token(token).first()
    into = RoomInvitation.objects.of(invitation)
    if into is None:
        return link_gone(request)
    if not request.user.is_authenticated:
        return redirect("users:invited_signup", token)

    try:
        actions.accept_invitation(into, request.user)
    except LinkSpent:
        return link_gone(request)
    return redirect(into.room)
