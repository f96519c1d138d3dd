"""Pages of rooms: the lists, joining and leaving, members and settings."""

from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import throttling
from core.views import changes_of, page_of, sent, status_of

from . import actions
from .access import managed_room, require, room_and_membership, room_and_memberships
from .directory.near_names import has_name, near_rooms
from .directory.pages import render_directory
from .forms import DeletionForm, InviteForm, RoleForm, RoomNameForm, SettingsForm
from .models import Room
from .moderation.pages import render_person, render_settings

ROOMS_PER_PAGE = 50
PEOPLE_PER_PAGE = 100


@never_cache
@require_safe
def home(request):
    return render_home(request, RoomNameForm())


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rooms(request):
    """Show the directory; by POST, join the room of a name or create it."""
    if request.method != "POST":
        return render_directory(request)
    form = RoomNameForm(request.POST)
    if form.is_valid():
        if form.cleaned_data["asks_first"] and is_near_another(request.user, form):
            return redirect(reverse("rooms:new", query=form.name_and_kind()))
        try:
            room, _created = actions.join_or_create_room(request.user, **form.name_and_kind())
            return redirect(room)
        except actions.NameRefused as error:
            form.refuse(error)

    return render_home(request, form)


def is_near_another(user, form):
    """Return True if there are rooms with a name near that of `form`, and none that has it."""
    name = form.cleaned_data["name"]
    near = near_rooms(user, name)
    return bool(near) and not any(has_name(room, name) for room in near)


def render_home(request, form):
    """Return the home page, which lists the rooms to join or, with `?archived`, the archived ones.

    `form` is the RoomNameForm, perhaps with errors.
    """
    visible = Room.objects.visible_to(request.user).with_member_counts()
    archived = "archived" in request.GET
    shown = visible.archived() if archived else visible.active().exclude(members=request.user)
    page = {"form": form, "rooms": page_of(request, shown, ROOMS_PER_PAGE), "archived": archived}
    response = render(request, "rooms/home.html", page, status=status_of(form))
    return throttling.answer(form, response)


@require_POST
@throttling.limited("join")
def join(request, slug):
    room, membership = room_and_membership(request, slug)
    require(membership or room.can_be_joined)

    actions.join_room(room, request.user, by=request.user)

    return redirect(room)


@never_cache
def leave(request, slug):
    room, membership = room_and_membership(request, slug)
    require(membership and membership.can_leave)

    if request.method == "POST":
        actions.end_membership(membership)
        return redirect("rooms:home")

    page = {
        "room": room,
        "membership": membership,
        "successor": membership.successor(),
        "is_last": not room.memberships.exclude(pk=membership.pk).exists(),
    }
    return render(request, "rooms/leave.html", page)


@never_cache
def people(request, slug):
    room, membership = room_and_membership(request, slug)
    form = InviteForm(room, sent(request))
    if request.method == "POST":
        require(membership and membership.can_invite)

        if form.is_valid() and throttling.allow(form, "invite", request.user, field="username"):
            actions.join_room(room, form.cleaned_data["username"], by=request.user)
            return redirect("rooms:people", room.slug)

    page = {
        "room": room,
        "membership": membership,
        "form": form,
        "people": page_of(request, room.memberships.for_people(), PEOPLE_PER_PAGE),
    }
    return throttling.answer(
        form, render(request, "rooms/people.html", page, status=status_of(form))
    )


@never_cache
def person(request, slug, pk):
    room, membership, other = room_and_memberships(request, slug, pk)
    require(membership and (membership.can_manage or membership.can_remove(other)))
    form = RoleForm(sent(request), initial={"role": other.role})
    if request.method == "POST":
        require(membership.can_manage)

        if form.is_valid():
            try:
                if form.has_changed():
                    actions.change_role(other, form.cleaned_data["role"], by=request.user)
                return redirect("rooms:people", room.slug)
            except actions.LastOwner:
                form.refuse_last_owner()

    return render_person(request, membership, other, form)


@require_POST
def remove(request, slug, pk):
    room, membership, other = room_and_memberships(request, slug, pk)
    require(membership and membership.can_remove(other))

    actions.end_membership(other, by=request.user)

    return redirect("rooms:people", room.slug)


@never_cache
def settings(request, slug):
    room, membership = room_and_membership(request, slug)
    require(membership and membership.can_moderate)
    form = SettingsForm.of(room, sent(request))
    if request.method == "POST":
        require(membership.can_manage and not room.is_archived)

        if form.is_valid() and throttling.allow(form, "room settings", request.user, field="name"):
            try:
                actions.change_room(room, request.user, **changes_of(form))
                return redirect(room)
            except actions.NameRefused as error:
                form.refuse(error)

    return render_settings(request, membership, form)


@require_POST
def archive(request, slug):
    room, _membership = managed_room(request, slug)

    actions.archive_room(room, by=request.user)

    return redirect(room)


@require_POST
def restore(request, slug):
    room, _membership = managed_room(request, slug)

    actions.restore_room(room, by=request.user)

    return redirect(room)


@require_POST
def delete(request, slug):
    room, membership = managed_room(request, slug)

    deletion = DeletionForm(room, request.POST)
    if deletion.is_valid():
        actions.delete_room(room, by=request.user)
        return redirect("rooms:home")

    return render_settings(request, membership, deletion=deletion)
