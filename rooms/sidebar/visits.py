"""Which room a person was in last."""

from django.db.models import Exists, OuterRef, Q

from ..models import Membership


def was_elsewhere(user, visited_at):
    """Return the condition that `user` was never in a room, or in another one since.

    `visited_at` is the path to when they were in it last.
    """
    later = Membership.objects.filter(user=user, visited_at__gt=OuterRef(visited_at))
    return Q(**{f"{visited_at}__isnull": True}) | Q(Exists(later))
