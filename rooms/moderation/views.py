"""The pages of a room's moderators: mutes, bans, slow mode and the room's log."""

from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.views import page_of, sent, status_of
from users.audit import AuditEntry

from .. import actions
from ..access import managed_room, require, room_and_membership, room_and_memberships
from . import actions as moderation_actions
from .forms import BanForm, MuteForm, PaceForm
from .pages import render_person, render_settings

ENTRIES_PER_PAGE = 100


@require_POST
def mute(request, slug, pk):
    room, membership, other = room_and_memberships(request, slug, pk)
    require(membership and membership.can_mute(other))

    form = MuteForm(request.POST)
    if form.is_valid():
        moderation_actions.mute_member(other, request.user, **form.cleaned_data)
        return redirect("rooms:people", room.slug)

    return render_person(request, membership, other, mute=form)


@require_POST
def unmute(request, slug, pk):
    room, membership, other = room_and_memberships(request, slug, pk)
    require(membership and membership.can_mute(other))

    moderation_actions.unmute_member(other, request.user)

    return redirect("rooms:people", room.slug)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def bans(request, slug):
    room, membership = moderated_room(request, slug)
    form = BanForm(membership, sent(request))
    if form.is_valid():
        person, reason = form.cleaned_data["username"], form.cleaned_data["reason"]
        moderation_actions.ban_person(room, person, request.user, reason)
        return redirect("rooms:bans", room.slug)

    page = {
        "room": room,
        "membership": membership,
        "form": form,
        "sanctions": page_of(request, room.sanctions.bans().for_display(), ENTRIES_PER_PAGE),
    }
    return render(request, "rooms/moderation/bans.html", page, status=status_of(form))


@require_POST
def lift_ban(request, slug, pk):
    room, _membership = moderated_room(request, slug)
    sanction = get_object_or_404(room.sanctions.bans().for_display(), user__pk=pk)

    moderation_actions.lift_ban(sanction, request.user)

    return redirect("rooms:bans", room.slug)


@require_POST
def pace(request, slug):
    room, membership = moderated_room(request, slug)
    require(not room.is_archived)

    form = PaceForm(request.POST)
    if form.is_valid():
        actions.change_room(room, request.user, **form.cleaned_data)
        return redirect(room)

    return render_settings(request, membership, pace=form)


@never_cache
@require_safe
def log(request, slug):
    room, membership = managed_room(request, slug)

    entries = AuditEntry.objects.of_room(room).for_display()
    page = {
        "room": room,
        "membership": membership,
        "entries": page_of(request, entries, ENTRIES_PER_PAGE),
    }
    return render(request, "rooms/moderation/log.html", page)


def moderated_room(request, slug):
    """Return (room, the user's Membership) if the user moderates the room.

    Raise Http404 if they cannot see the room, PermissionDenied if they do not moderate it.
    """
    room, membership = room_and_membership(request, slug)
    require(membership and membership.can_moderate)
    return room, membership
