"""Which room a person was in last."""

from django.db.models import Exists, OuterRef, Q
from django.shortcuts import get_object_or_404

from ..models import Membership, Room


def visited_room(request, slug):
    """Return what `access.room_and_membership` does, the Membership with `was_elsewhere`.

    That is True if the user was never in this room, or in another one since.
    """
    rooms = Room.objects.visible_to(request.user).with_member_counts()
    room = get_object_or_404(rooms, slug=slug)
    others = Membership.objects.filter(user=OuterRef("user"))
    is_later = Exists(others.filter(visited_at__gt=OuterRef("visited_at")))
    was_elsewhere = Q(visited_at__isnull=True) | Q(is_later)
    return room, room.membership_of(request.user, was_elsewhere=was_elsewhere)
