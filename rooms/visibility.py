"""The query condition for who can see a room. The rule is written only here."""

from django.apps import apps
from django.db.models import Exists, Q


def visibility_condition(user, room, kind):
    """Return the query condition under which `user` can see `room`.

    Each is a value or an `OuterRef`. `kind` is the name of the field that holds the room's kind.
    """
    names = ("Room", "Membership", "Sanction")
    Room, Membership, Sanction = (apps.get_model("rooms", name) for name in names)
    pair = {"room": room, "user": user}
    is_open = Q(**{kind: Room.Kind.OPEN})
    is_member = Exists(Membership.objects.filter(**pair))
    return (is_open | is_member) & ~Exists(Sanction.objects.bans().filter(**pair))
