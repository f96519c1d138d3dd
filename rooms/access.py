"""Look up rooms and memberships for views, with access checks: 404 for what the user cannot see."""

from django.shortcuts import get_object_or_404

from core.views import require as require

from .models import Room


def room_and_membership(request, slug):
    """Return (room with its `member_count`, the user's Membership or None).

    Raise Http404 if they cannot see the room.
    """
    rooms = Room.objects.visible_to(request.user).with_member_counts()
    room = get_object_or_404(rooms, slug=slug)
    return room, room.membership_of(request.user)


def room_and_memberships(request, slug, pk):
    """Return (room, the user's Membership or None, the Membership of the person `pk`).

    Raise Http404 if the user cannot see the room, or `pk` is not an active member of it.
    """
    room, membership = room_and_membership(request, slug)
    return room, membership, get_object_or_404(room.memberships.for_people(), user__pk=pk)


def managed_room(request, slug):
    """Return (room, the user's Membership) if the user manages the room.

    Raise Http404 if they cannot see the room, PermissionDenied if they do not manage it.
    """
    room, membership = room_and_membership(request, slug)
    require(membership and membership.can_manage)
    return room, membership
