"""A room and its memberships as they are when an action writes: read again, and locked.

What a page was allowed to do at its start may be over when it writes: whoever acts was demoted,
muted or removed meanwhile, perhaps by the very person whom they act on. So every act asks again,
under the locks of its people and its room (in this order: users.locking).
"""

from django.core.exceptions import PermissionDenied

from core.views import require
from users.locking import lock_people, require_active

from .models import Membership, Room


def lock_room(room):
    """Lock `room` to the end of the transaction and bring it up to date.

    Whoever changes it, or who is in it, waits for each other. PermissionDenied if it was deleted.
    """
    try:
        room.refresh_from_db(from_queryset=Room.objects.select_for_update(no_key=True))
    except Room.DoesNotExist:
        raise PermissionDenied from None


def lock_rooms_of(user):
    """Lock every room that `user` belongs to."""
    rooms = Room.objects.select_for_update(no_key=True, of=("self",))
    list(rooms.filter(memberships__user=user).order_by("pk"))


def lock_act(room, by, person=None):
    """Lock `room` for what `by` does there, to `person` if to anybody.

    Returns their memberships as they are now: (that of `by`, that of `person` or None). An
    administrator who does not belong to the room gets a Membership that is not stored, with their
    rights. If `by` is None, it is nobody's doing (a command's, a demonstration's), and theirs is
    None. Raises PermissionDenied if `by` is shut out or has left the room.
    """
    people = lock_people(by, person)
    lock_room(room)
    acting = by and _acting_membership(room, require_active(by, people))
    other = person and room.membership_of(people.get(person.pk, person))
    return acting, other


def lock_managed(room, by):
    """Lock `room`; PermissionDenied unless `by` manages it (or is None)."""
    acting, _nobody = lock_act(room, by)
    require(acting is None or acting.can_manage)


def lock_settings(room, by, fields):
    """Lock `room`; PermissionDenied unless `by` may change these fields of it (or is None)."""
    acting, _nobody = lock_act(room, by)
    if acting is not None:
        is_pace_alone = set(fields) <= {"slow_seconds"}
        require(acting.can_manage or (is_pace_alone and acting.can_moderate))
        require(not room.is_archived)


def lock_entry(room, user, by):
    """Lock `user` and `room`; PermissionDenied unless `by` may let them in (or is None).

    People let themselves into open rooms, and administrators into any.
    """
    people = lock_people(user, by)
    require_active(user, people)
    lock_room(room)
    if by is None:
        return
    acting = require_active(by, people)
    membership = room.membership_of(acting)
    if by.pk == user.pk:
        require(membership or room.can_be_joined or acting.is_administrator)
    else:
        require(acting.is_administrator or (membership and membership.can_invite))


def _acting_membership(room, user):
    membership = room.membership_of(user)
    if membership is None and user.is_administrator:
        return Membership(room=room, user=user)
    require(membership)
    return membership
