"""Lock a room and reload its memberships before an action writes.

Permissions may change between a view's check and the write: the acting user may be demoted, muted
or removed meanwhile, perhaps by the very person on whom they act. So every action checks again
under the locks of its users and its room, taken in this order (see users.locking).
"""

from django.core.exceptions import PermissionDenied
from django.db import connection

from core.queries.together import Statement, moment, run_together
from core.views import require
from users.locking import lock_people, require_active
from users.models import User

from .models import Membership, Room
from .visibility import is_seen_by_owner

# This runs with every message, and the ORM takes several times as long to build it.
_FIELDS = ["id", "room_id", "user_id", "role", "muted_until"]
_CURRENT_MEMBERSHIPS = f"""SELECT {", ".join(f"membership.{name}" for name in _FIELDS)},
room.archived_at IS NOT NULL
FROM {Membership._meta.db_table} membership
JOIN {User._meta.db_table} person ON person.id = membership.user_id
JOIN {Room._meta.db_table} room ON room.id = membership.room_id
WHERE person.is_active AND membership.room_id = %s AND membership.user_id IN ({{}})"""


def lock_room(room):
    """Lock `room` until the end of the transaction and reload it.

    The lock serializes changes of the room and of its memberships. Raise PermissionDenied if the
    room was deleted.
    """
    try:
        room.refresh_from_db(from_queryset=Room.objects.select_for_update(no_key=True))
    except Room.DoesNotExist:
        raise PermissionDenied from None


def current_memberships(room, user_ids):
    """Return the memberships of these people in `room`, whose lock is held, as they are now.

    Those who are deactivated are left out. For the questions that a membership answers by itself;
    `room` is brought up to date where it was archived or restored meanwhile.
    """
    [rows] = run_together(reading_memberships(room, user_ids))
    return memberships_in(room, rows)


def reading_memberships(room, user_ids):
    """Return the Statement of `current_memberships`. `memberships_in` needs its rows."""
    places = ", ".join(["%s"] * len(user_ids))
    return Statement(_CURRENT_MEMBERSHIPS.format(places), [room.pk, *user_ids])


def memberships_in(room, rows):
    """Return the memberships of `current_memberships` that these rows are."""
    memberships = []
    for *values, muted_until, is_archived in rows:
        if bool(is_archived) != room.is_archived:
            room.refresh_from_db(fields=["archived_at"])
        membership = Membership.from_db(connection.alias, _FIELDS, [*values, moment(muted_until)])
        membership.room = room
        memberships.append(membership)
    return memberships


def lock_rooms_of(user):
    """Lock every room that `user` belongs to."""
    rooms = Room.objects.select_for_update(no_key=True, of=("self",))
    list(rooms.filter(memberships__user=user).order_by("pk"))


def lock_act(room, by, person=None):
    """Lock `room` and the users involved before `by` acts there, on `person` if given.

    Return the current memberships (of `by`, of `person`). The second is None without a `person` or
    if they are not a member. For an administrator who is not a member, the first is an unsaved
    Membership with their permissions. If `by` is None (a command or the demo acts), it is None.
    Raise PermissionDenied if `by` was deactivated or has left the room.
    """
    people = lock_people(by, person)
    lock_room(room)
    acting = by and _acting_membership(room, require_active(by, people))
    other = person and room.membership_of(people.get(person.pk, person))
    return acting, other


def lock_managed(room, by):
    """Lock `room`. Raise PermissionDenied unless `by` is None or manages the room."""
    acting, _other = lock_act(room, by)
    require(acting is None or acting.can_manage)


def lock_settings(room, by, fields):
    """Lock `room`. Raise PermissionDenied unless `by` is None or may change these `fields`."""
    acting, _other = lock_act(room, by)
    if acting is not None:
        is_pace_alone = set(fields) <= {"slow_seconds"}
        require(acting.can_manage or (is_pace_alone and acting.can_moderate))
        require(not room.is_archived)


def lock_entry(room, user, by):
    """Lock `user` and `room`. Raise PermissionDenied unless `by` is None or may add `user`.

    Anybody may add themselves to an open room, and administrators to any room. Nobody is added to
    a direct room. A bot may go where its owner may: who owns it may add it to open rooms too, and
    nobody adds it to a closed room that its owner cannot see, and would read by its tokens.
    """
    people = lock_people(user, by)
    require_active(user, people)
    lock_room(room)
    require(not room.is_direct or room.memberships.filter(user=user).exists())
    if by is None:
        return
    acting = require_active(by, people)
    membership = room.membership_of(acting)
    joins = people[user.pk]
    if joins.is_bot:
        require(is_seen_by_owner(room, joins))
    if by.pk in (joins.pk, joins.owner_id):
        is_there = membership and (by.pk == joins.pk or membership.can_invite)
        require(is_there or room.can_be_joined or acting.is_administrator)
    else:
        require(acting.is_administrator or (membership and membership.can_invite))


def _acting_membership(room, user):
    membership = room.membership_of(user)
    if membership is None and user.is_administrator:
        return Membership(room=room, user=user)
    require(membership)
    return membership
