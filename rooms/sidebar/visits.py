"""Which room a person was in last."""

from django.db.models import Exists, OuterRef, Q

from ..models import Membership


def was_elsewhere():
    """Return the condition on memberships: never in this room, or in another one since."""
    others = Membership.objects.filter(user=OuterRef("user"))
    is_later = Exists(others.filter(visited_at__gt=OuterRef("visited_at")))
    return Q(visited_at__isnull=True) | Q(is_later)
