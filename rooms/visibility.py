"""Who sees a room, as a condition of queries: the rule is written here and nowhere else."""

from django.apps import apps
from django.db.models import Exists, Q

from .moderation.models import Sanction


def seen_by(user, room, kind):
    """Return the condition that `user` sees `room`.

    Both are values or references (`OuterRef`); `kind` names the field with the room's kind.
    """
    Room, Membership = (apps.get_model("rooms", name) for name in ("Room", "Membership"))
    of_theirs = {"room": room, "user": user}
    is_open = Q(**{kind: Room.Kind.OPEN})
    is_member = Exists(Membership.objects.filter(**of_theirs))
    return (is_open | is_member) & ~Exists(Sanction.objects.bans().filter(**of_theirs))
