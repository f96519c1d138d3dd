"""Create invitations to rooms, and use them. Each saves in one transaction."""

from contextlib import suppress

from django.core.exceptions import PermissionDenied
from django.db import transaction

from core.views import require
from users.links.actions import create_invitation, use_link
from users.models import Invitation, User

from ..actions import join_room
from ..locking import lock_act
from ..models import Room
from .models import RoomInvitation


@transaction.atomic
def invite_to_room(
    room: Room, author: User, days: int | None = None, uses: int | None = None
) -> tuple[Invitation, str]:
    """Create an invitation to the workspace and to `room`. Return (invitation, token).

    It is valid for `days` days and `uses` uses; None means no limit. Raise PermissionDenied if
    `author` may not invite people to the workspace or to this room, or no longer may.
    """
    invitation, token = create_invitation(author, room.name, days, uses)
    acting, _nobody = lock_act(room, author)
    require(acting.can_invite)
    RoomInvitation.objects.create(invitation=invitation, room=room)
    return invitation, token


@transaction.atomic
def accept_invitation(into: RoomInvitation, user: User) -> None:
    """Make `user` a member of the room. A user who is a member already uses nothing up.

    Raise LinkSpent if the invitation cannot be used any more, Banned if they are banned from the
    room, and PermissionDenied if its author may not invite people to the room any more.
    """
    if into.room.memberships.filter(user=user).exists():
        return
    use_link(into.invitation)
    join_room(into.room, user, by=into.invitation.created_by)


def join_invited_room(user: User, invitation: Invitation | None) -> None:
    """Make a new `user` a member of the room that their invitation leads to, if any.

    If its author may not invite people to the room any more, they have the account alone.
    """
    into = RoomInvitation.objects.of(invitation)
    if into is not None:
        with suppress(PermissionDenied):
            join_room(into.room, user, by=into.invitation.created_by)
