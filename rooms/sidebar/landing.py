"""Where a person lands when they log in or have signed up."""

from django.db.models import F
from django.urls import reverse

from ..models import Membership, Room


def landing_page(user):
    """Return the address of the room that `user` was in last.

    Newcomers land in the room that all newcomers join, others who were nowhere yet in their first
    room, and people without rooms on the page of all rooms.
    """
    rooms = Room.objects.visible_to(user).active()
    rooms = rooms.exclude(kind=Room.Kind.DIRECT, last_position=0)  # in nobody's list yet
    memberships = Membership.objects.filter(user=user.pk, room__in=rooms).select_related("room")
    last = memberships.order_by(
        F("visited_at").desc(nulls_last=True),
        F("room__joins_newcomers").desc(),
        "joined_at",
        "pk",
    ).first()
    return last.room.get_absolute_url() if last else reverse("rooms:home")
