"""All actions on rooms. Each saves in one transaction, then publishes events after the commit."""

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from core.text import fold
from core.views import require
from users.account_news import record_and_notify
from users.audit import Act, record
from users.locking import lock_people, require_active
from users.models import User

from . import broadcasts
from .counters import expect_pushes, narrow_room
from .counters import touch_room as touch_room
from .direct.actions import open_direct_room as open_direct_room
from .locking import lock_act, lock_entry, lock_managed, lock_rooms_of, lock_settings
from .models import Membership, Room
from .naming import NameRefused, count_name, refuse_look_alike
from .permissions import Banned as Banned
from .permissions import LastOwner as LastOwner
from .reading.positions import mark_read as mark_read

ADDRESS_ATTEMPTS = 9

type Choice = Any  # a str; without Django's stubs, mypy takes a TextChoices member for a tuple


def create_room(owner: User, name: str, kind: Choice = Room.Kind.OPEN, topic: str = "") -> Room:
    """Create a room and the membership of its owner. Return the room.

    Raise IntegrityError if another room has the name, and PermissionDenied if the owner was
    deactivated meanwhile. If a room whose name has the same slug ("C++", "C#") is created at the
    same time, retry with the next free slug.
    """
    name = " ".join(name.split())
    for _attempt in range(ADDRESS_ATTEMPTS):
        try:
            return _create_room(owner, name, kind, topic)
        except IntegrityError:
            if Room.objects.filter(name_key=fold(name)).exists():
                raise
    return _create_room(owner, name, kind, topic)


@transaction.atomic
def _create_room(owner: User, name: str, kind: Choice, topic: str) -> Room:
    require_active(owner, lock_people(owner))
    room = Room.objects.create(name=name, kind=kind, topic=topic)
    Membership.objects.create(room=room, user=owner, role=Membership.Role.OWNER)
    expect_pushes(Room.objects.filter(pk=room.pk))
    broadcasts.access_changed(owner.pk)
    return room


def join_or_create_room(user: User, name: str, kind: Choice = Room.Kind.OPEN) -> tuple[Room, bool]:
    """Join the room of this name, or create it with this `kind`. Return (room, created).

    Raise NameRefused if the name cannot be used. The code does not reveal whether a hidden room
    has the name. A request for a closed room never joins an open one: the name counts as taken.
    """
    room = _room_named(user, name)
    if room is None:
        count_name(user)
        refuse_look_alike(user, name)
        try:
            return create_room(user, name, kind), True
        except IntegrityError:  # taken, perhaps by a simultaneous request
            room = _room_named(user, name)
    if room is None or (kind == Room.Kind.CLOSED and room.is_open):
        raise NameRefused("taken")
    if room.is_archived:
        raise NameRefused("archived")
    join_room(room, user, by=user)
    return room, False


def _room_named(user: User, name: str) -> Room | None:
    return Room.objects.visible_to(user).filter(name_key=fold(name)).first()


@transaction.atomic
def join_room(
    room: Room, user: User, role: Choice = Membership.Role.MEMBER, by: User | None = None
) -> tuple[Membership, bool]:
    """Make `user` a member of `room`. Return (membership, created).

    `by` is the user themselves or the person who invites them; None skips the permission check.
    Earlier messages count as read. A room without active people gets `user` as its owner. A mute
    from an earlier membership still applies. Raise Banned if `user` is banned, and PermissionDenied
    if `by` is not (or no longer) allowed to add them, or if `user` was deactivated.
    """
    lock_entry(room, user, by)
    sanction = room.sanctions.filter(user=user).first()
    if sanction is not None and sanction.banned_at is not None:
        raise Banned
    membership, created = Membership.objects.get_or_create(
        room=room,
        user=user,
        defaults={
            "role": role,
            "last_read_position": room.last_position,
            "muted_until": sanction and sanction.muted_until,
        },
    )
    if created:
        others = room.memberships.filter(user__is_active=True, user__is_bot=False)
        others = others.exclude(pk=membership.pk)
        if not user.is_bot and not others.exists():
            _set_role(membership, Membership.Role.OWNER)
        expect_pushes(Room.objects.filter(pk=room.pk))
        broadcasts.access_changed(user.pk)
    return membership, created


@transaction.atomic
def add_member(room: Room, user: User, role: Choice, by: User) -> Membership:
    """Make `user` a member as the administrator `by`. Return the Membership.

    A new membership is logged, even if `by` is `user`. Raise the exceptions of `join_room`.
    """
    membership, created = join_room(room, user, role, by=by)
    if created:
        record_and_notify(Act.MEMBER_ADDED, by, user, room=room, detail=role)
    return membership


def join_newcomer_rooms(user: User) -> None:
    """Add a new user to the active rooms that have `joins_newcomers` set."""
    rooms = Room.objects.active().exclude(kind=Room.Kind.DIRECT).filter(joins_newcomers=True)
    for room in rooms.order_by("pk"):
        join_room(room, user)


@transaction.atomic
def end_membership(membership: Membership, by: User | None = None) -> None:
    """End a membership: the member leaves, or `by` removes them.

    If they were the last owner, their successor becomes the owner. Do nothing if the membership
    has ended already. Raise PermissionDenied if `by` is not (or no longer) allowed to remove them.
    """
    room = membership.room
    acting, other = lock_act(room, by, membership.user)
    if other is None:
        return
    require(acting is None or acting.user_id == other.user_id or acting.can_remove(other))
    _promote_successor(other)
    other.delete()
    record(Act.MEMBER_REMOVED, by, person=other.user, room=room)
    if not room.is_open:  # in an open room they can still read
        narrow_room(room)
    broadcasts.access_changed(other.user_id)


@transaction.atomic
def hand_over_rooms(user: User) -> None:
    """Make another member an owner of each room that only the deactivated `user` owned."""
    lock_rooms_of(user)
    for membership in user.memberships.filter(role=Membership.Role.OWNER).select_related("room"):
        _promote_successor(membership)


def _promote_successor(membership: Membership) -> None:
    successor = membership.successor()
    if successor is not None:
        _set_role(successor, Membership.Role.OWNER)
        broadcasts.access_changed(successor.user_id)


@transaction.atomic
def change_role(membership: Membership, role: Choice, by: User | None = None) -> None:
    """Make a member an ordinary member, a moderator or an owner.

    Raise LastOwner if the room would have no owner, and PermissionDenied if the person has left or
    is a bot, or `by` is not (or no longer) allowed to change roles.
    """
    acting, other = lock_act(membership.room, by, membership.user)
    require(other and (acting is None or acting.can_manage))
    require(not other.user.is_bot)
    if not other.can_become(role):
        raise LastOwner
    if other.role != role:
        record(Act.ROLE_CHANGED, by, person=other.user, room=other.room, detail=role)
    _set_role(other, role)
    membership.role = role
    broadcasts.access_changed(other.user_id)


def _set_role(membership: Membership, role: Choice) -> None:
    membership.role = role
    membership.save(update_fields=["role"])


def change_room(room: Room, editor: User, **changes: Any) -> None:
    """Change settings of a room, such as `name`, `topic`, `kind` or `slow_seconds`.

    Owners and administrators may change all settings, moderators only `slow_seconds`. Raise
    NameRefused if the name cannot be used, and PermissionDenied if `editor` is not (or no longer)
    allowed to make these changes, or if the room is archived.
    """
    if "name" in changes and fold(changes["name"]) != room.name_key:
        count_name(editor)
        refuse_look_alike(editor, changes["name"], besides=room)
    try:
        _save_settings(room, editor, changes)
    except IntegrityError as error:
        room.refresh_from_db()
        raise NameRefused("taken") from error


@transaction.atomic
def _save_settings(room: Room, editor: User, changes: dict[str, Any]) -> None:
    lock_settings(room, editor, changes)
    _save_room(room, changes, editor)


@transaction.atomic
def archive_room(room: Room, by: User | None = None) -> None:
    """Make a room read-only and remove it from everybody's list of rooms.

    `archive_room`, `restore_room` and `delete_room` raise PermissionDenied if `by` does not manage
    the room, or no longer does. If `by` is None, they skip the check and log nothing.
    """
    lock_managed(room, by)
    _save_room(room, {"archived_at": room.archived_at or timezone.now()})
    record(Act.ROOM_ARCHIVED, by, room=room)


@transaction.atomic
def restore_room(room: Room, by: User | None = None) -> None:
    """Bring an archived room back, so that its members can post again."""
    lock_managed(room, by)
    _save_room(room, {"archived_at": None})
    record(Act.ROOM_RESTORED, by, room=room)


def _save_room(room: Room, changes: dict[str, Any], editor: User | None = None) -> None:
    changes = {field: value for field, value in changes.items() if getattr(room, field) != value}
    if not changes:
        return
    touch_room(room)
    for field, value in changes.items():
        setattr(room, field, value)
    room.save(update_fields=[*changes, *(["name_key", "look_key"] if "name" in changes else [])])
    if "slow_seconds" in changes:
        record(Act.PACE_CHANGED, editor, room=room, detail=f"{room.slow_seconds} s")
    if "kind" in changes and not room.is_open:
        narrow_room(room)
    elif "kind" in changes:
        expect_pushes(Room.objects.filter(pk=room.pk))
    broadcasts.room_changed(room)
    if {"name", "kind", "archived_at"} & set(changes):
        _notify_people(_people_of(room))


@transaction.atomic
def delete_room(room: Room, by: User | None = None) -> None:
    """Delete a room with all its messages. Pages of the room that are open are closed."""
    lock_managed(room, by)
    people = _people_of(room)
    record(Act.ROOM_DELETED, by, room=room)
    narrow_room(room)
    room.delete()
    _notify_people(people)


def _people_of(room: Room) -> set[int]:
    """Return the ids of the members, and of other users who have the room open."""
    readers = room.presences.values_list("user", flat=True)
    return {*room.memberships.values_list("user", flat=True), *readers}


def _notify_people(user_ids: Iterable[int]) -> None:
    for user_id in user_ids:
        broadcasts.access_changed(user_id)
