"""Find the people and rooms whose name begins with what is typed."""

from django.db.models import Exists, OuterRef, Q

from core.text import fold
from rooms.models import Membership, Room
from users.models import User

MOST = 8  # suggestions
CANDIDATES = 40  # people whose access is checked


def people_like(room, user, words):
    """Return at most MOST people who can be mentioned in `room`, its members first.

    Their username or display name begins with `words`, or a later part of the display name does.
    """
    key = fold(words)
    named = (
        Q(username_key__startswith=key)
        | Q(display_key__startswith=key)
        | Q(display_key__contains=f" {key}")
    )
    members = Membership.objects.filter(room=room, user=OuterRef("pk"))
    people = User.objects.filter(named, is_active=True).exclude(pk=user.pk)
    people = people.annotate(is_member=Exists(members))
    if not room.is_open:
        people = people.filter(is_member=True)
    people = list(people.order_by("-is_member", "username_key")[:CANDIDATES])
    pairs = Room.objects.visible_pairs([room.pk], [person.pk for person in people])
    seeing = {user_id for _room_id, user_id in pairs}
    return [person for person in people if person.pk in seeing][:MOST]


def rooms_like(user, words):
    """Return at most MOST rooms that `user` can see, by name or a part of it; no conversations."""
    key = fold(words)
    named = Q(name_key__startswith=key) | Q(name_key__contains=f" {key}")
    named |= Q(slug__startswith=key)
    rooms = Room.objects.visible_to(user).active().exclude(kind=Room.Kind.DIRECT)
    return list(rooms.filter(named).order_by("name_key")[:MOST])
