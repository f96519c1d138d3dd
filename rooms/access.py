"""The door of every page about a room, in any app: what one may not see is not there."""

from django.shortcuts import get_object_or_404

from core.views import require as require

from .models import Room


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
