"""All actions on direct rooms. Each saves in one transaction, then publishes events."""

from django.db import IntegrityError, transaction

from core.views import require
from users.audit import Act, record
from users.locking import lock_people, require_active
from users.models import User

from ..broadcasts import room_changed
from ..counters import touch_room
from ..locking import lock_act
from ..models import Membership, Room
from ..naming import NameRefused, count_name, refuse_look_alike
from .broadcasts import list_changed
from .rows import direct_room_of

MOST_OTHERS = 8  # in one direct room


@transaction.atomic
def open_direct_room(user: User, *others: User) -> Room:
    """Return the direct room of exactly these people; create it if there is none.

    With nobody but `user` it is their notes. Nobody is notified: the room is in the others' lists
    from its first message on. Raise PermissionDenied if one of them was deactivated meanwhile, or
    if there are more than MOST_OTHERS others.
    """
    people = lock_people(user, *others)
    for person in (user, *others):
        require_active(person, people)
    require(len(people) <= 1 + MOST_OTHERS)
    return direct_room_of(people)


def make_room(room: Room, by: User, name: str) -> None:
    """Turn the direct room into a closed room called `name`, with the same messages and members.

    `by` becomes its owner. Raise NameRefused if the name cannot be used, and PermissionDenied if
    `by` is not a member (any more) or the room is not direct (any more).
    """
    name = " ".join(name.split())
    count_name(by)
    refuse_look_alike(by, name)
    try:
        _make_room(room, by, name)
    except IntegrityError as error:
        room.refresh_from_db()
        raise NameRefused("taken") from error


@transaction.atomic
def _make_room(room: Room, by: User, name: str) -> None:
    acting, _nobody = lock_act(room, by)
    require(acting.pk and acting.can_make_room)
    touch_room(room)
    room.kind, room.name = Room.Kind.CLOSED, name
    room.save(update_fields=["kind", "name", "name_key", "look_key"])
    acting.role = Membership.Role.OWNER
    acting.save(update_fields=["role"])
    record(Act.ROOM_MADE, by, room=room)
    room_changed(room)
    list_changed(room)
