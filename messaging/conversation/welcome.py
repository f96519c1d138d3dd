"""The welcome in the room that all newcomers join, until they have written something."""

from datetime import timedelta
from typing import NamedTuple

from django.utils import timezone

NEW_FOR = timedelta(days=7)  # after signing up


class Welcome(NamedTuple):
    """`others` are those who have the room open now, besides the newcomer.

    `is_first` is True for an administrator in a room in which nothing was said yet.
    """

    others: list
    is_first: bool


def welcome_for(user, room, membership, people, has_written):
    """Return the Welcome of a newcomer, or of an administrator whose team is to come, or None.

    `people` have the room open now. `has_written` is whether the user has written anything yet.
    """
    if not (membership and room.joins_newcomers and membership.can_post):
        return None
    is_first = user.is_administrator and room.last_position == 0
    is_new = user.date_joined > timezone.now() - NEW_FOR
    if not is_first and (not is_new or has_written):
        return None
    return Welcome([person for person in people if person.pk != user.pk], is_first)
