"""The rooms themselves: the list, who is in each, and what is set about it."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from users.models import User

from . import actions
from .forms import DeletionForm, InviteForm, RoleForm, RoomNameForm, SettingsForm
from .models import Room

ROOMS_A_PAGE = 50
PEOPLE_A_PAGE = 100


@never_cache
@require_safe
def home(request):
    return render_home(request, RoomNameForm())


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rooms(request):
    form = RoomNameForm(posted(request))
    if form.is_valid():
        try:
            room, _created = actions.join_or_create_room(request.user, **form.cleaned_data)
            return redirect(room)
        except actions.NameRefused as error:
            form.refuse(error)

    return render_home(request, form)


def render_home(request, form):
    """Answer with one's rooms and the others: the open ones, or with `?archived` those."""
    visible = Room.objects.visible_to(request.user).with_member_counts()
    archived = "archived" in request.GET
    shown = visible.archived() if archived else visible.active().exclude(members=request.user)
    page = {"form": form, "rooms": page_of(request, shown, ROOMS_A_PAGE), "archived": archived}
    return render(request, "rooms/home.html", page, status=form.status)


@require_POST
def join(request, slug):
    room, membership = room_and_membership(request, slug)
    require(membership or room.can_be_joined)

    actions.join_room(room, request.user)

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
    form = InviteForm(room, posted(request))
    if request.method == "POST":
        require(membership and membership.can_invite)

        if form.is_valid():
            actions.join_room(room, form.cleaned_data["username"])
            return redirect("rooms:people", room.slug)

    page = {
        "room": room,
        "membership": membership,
        "form": form,
        "people": page_of(request, room.memberships.for_people(), PEOPLE_A_PAGE),
    }
    return render(request, "rooms/people.html", page, status=422 if form.is_bound else 200)


@never_cache
def person(request, slug, pk):
    room, membership, other = room_and_memberships(request, slug, pk)
    require(membership and (membership.can_manage or membership.can_remove(other)))
    form = RoleForm(posted(request), initial={"role": other.role})
    if request.method == "POST":
        require(membership.can_manage)

        if form.is_valid():
            try:
                actions.change_role(other, form.cleaned_data["role"])
                return redirect("rooms:people", room.slug)
            except actions.LastOwner:
                form.refuse_last_owner()

    page = {
        "room": room,
        "membership": membership,
        "other": other,
        "form": form,
        "can_remove": membership.can_remove(other),
    }
    return render(request, "rooms/person.html", page, status=422 if form.is_bound else 200)


@require_POST
def remove(request, slug, pk):
    room, membership, other = room_and_memberships(request, slug, pk)
    require(membership and membership.can_remove(other))

    actions.end_membership(other)

    return redirect("rooms:people", room.slug)


@never_cache
def settings(request, slug):
    room, membership = managed_room(request, slug)
    form = SettingsForm.of(room, posted(request))
    if request.method == "POST":
        require(not room.is_archived)

        if form.is_valid():
            try:
                actions.change_room(room, request.user, **form.cleaned_data)
                return redirect(room)
            except actions.NameRefused as error:
                form.refuse(error)

    return render_settings(request, room, membership, form, DeletionForm(room), form.status)


def render_settings(request, room, membership, form, deletion, status):
    page = {"room": room, "membership": membership, "form": form, "deletion": deletion}
    return render(request, "rooms/settings.html", page, status=status)


@require_POST
def archive(request, slug):
    room, _membership = managed_room(request, slug)

    actions.archive_room(room)

    return redirect(room)


@require_POST
def restore(request, slug):
    room, _membership = managed_room(request, slug)

    actions.restore_room(room)

    return redirect(room)


@require_POST
def delete(request, slug):
    room, membership = managed_room(request, slug)

    deletion = DeletionForm(room, request.POST)
    if deletion.is_valid():
        actions.delete_room(room)
        return redirect("rooms:home")

    return render_settings(request, room, membership, SettingsForm.of(room), deletion, 422)


@require_POST
def talk(request, pk):
    other = get_object_or_404(User.objects.filter(is_active=True), pk=pk)
    require(other != request.user)

    return redirect(actions.open_direct_room(request.user, other))


def room_and_membership(request, slug):
    """Return a room that the visitor may see, or 404, and their Membership of it or None."""
    room = get_object_or_404(Room.objects.visible_to(request.user), slug=slug)
    return room, room.membership_of(request.user)


def room_and_memberships(request, slug, pk):
    """Return a room, the visitor's Membership or None, and that of the person `pk`, or 404."""
    room, membership = room_and_membership(request, slug)
    return room, membership, get_object_or_404(room.memberships.for_people(), user__pk=pk)


def managed_room(request, slug):
    """Return a room and the Membership by which the visitor manages it; 404 or 403 otherwise."""
    room, membership = room_and_membership(request, slug)
    require(membership and membership.can_manage)
    return room, membership


def require(allowed):
    if not allowed:
        raise PermissionDenied


def posted(request):
    """Return what a form is filled with: what was posted, or None."""
    return request.POST if request.method == "POST" else None


def page_of(request, rows, size):
    """Return the page of `rows` that `?page=` asks for; the nearest where there is no such page."""
    return Paginator(rows, size).get_page(request.GET.get("page"))
