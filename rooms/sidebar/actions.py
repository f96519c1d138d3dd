"""What a person can do with a room in their own list. Acts and their reversals are idempotent."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from .. import broadcasts
from ..models import Membership


def favourite_room(membership: Membership) -> None:
    """Move a room to the favourites of its member."""
    _arrange(membership, is_favourite=True)


def unfavourite_room(membership: Membership) -> None:
    """Move a room from the favourites back to its place in the list of its member."""
    _arrange(membership, is_favourite=False)


def mute_room(membership: Membership) -> None:
    """Show a room in grey to its member, and count only mentions in it."""
    _arrange(membership, room_muted=True)


def unmute_room(membership: Membership) -> None:
    """Show a room to its member like any other again."""
    _arrange(membership, room_muted=False)


def move_to_section(membership: Membership, section: str) -> None:
    """Move a room to the member's own section of this name, or out of its section if it is ""."""
    _arrange(membership, section=section)


@transaction.atomic
def _arrange(membership: Membership, **changes: Any) -> None:
    """Save how a member has arranged a room, and push the list to all their open pages.

    Do nothing if nothing changes, or if the membership has ended meanwhile.
    """
    unchanged = Membership.objects.filter(pk=membership.pk, **changes)
    if not unchanged.exists() and Membership.objects.filter(pk=membership.pk).update(**changes):
        broadcasts.access_changed(membership.user_id)


def note_visit(membership: Membership) -> None:
    """Store that a member has opened a room, if they were in another room before.

    `membership` has `was_elsewhere` (see visits.py). Staying in the same room writes nothing.
    """
    if membership.was_elsewhere:
        now = timezone.now()
        Membership.objects.filter(pk=membership.pk).update(visited_at=now)
