"""Everything that a person can do with a room. Each saves in one transaction, then tells."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from users.models import fold

from . import broadcasts
from .models import Membership, Presence, Room

LEASE = timedelta(seconds=45)


@transaction.atomic
def create_room(owner, name, kind=Room.Kind.OPEN, topic=""):
    """Make a room and its owner's membership; return the room."""
    room = Room.objects.create(name=" ".join(name.split()), kind=kind, topic=topic)
    Membership.objects.create(room=room, user=owner, role=Membership.Role.OWNER)
    broadcasts.memberships_changed(owner.pk)
    return room


def join_or_create_room(user, name):
    """Return (room, created) for a typed name.

    The room is None where somebody else's closed room has the name: whoever asks learns
    only that the name cannot be had.
    """
    key = fold(name)
    room = Room.objects.visible_to(user).active().filter(name_key=key).first()
    if room is None:
        try:
            return create_room(user, name), True
        except IntegrityError:  # taken, also by one who was faster
            room = Room.objects.visible_to(user).active().filter(name_key=key).first()
    if room is not None:
        join_room(room, user)
    return room, False


@transaction.atomic
def join_room(room, user, role=Membership.Role.MEMBER):
    """Make `user` a member, with all that was said before counted as read; return (it, created)."""
    membership, created = Membership.objects.get_or_create(
        room=room, user=user, defaults={"role": role, "last_read_position": room.last_position}
    )
    if created:
        broadcasts.memberships_changed(user.pk)
    return membership, created


def join_newcomer_rooms(user):
    """Bring somebody who has just signed up into the rooms where everybody new is."""
    for room in Room.objects.active().filter(joins_newcomers=True):
        join_room(room, user)


@transaction.atomic
def mark_read(membership, position):
    """Move what `membership` has read up to `position`; it never moves back."""
    moved = Membership.objects.filter(
        pk=membership.pk, last_read_position__lt=position, room__last_position__gte=position
    ).update(last_read_position=position)
    if moved and position == membership.room.last_position:
        broadcasts.room_read(membership.user_id, membership.room_id)


@transaction.atomic
def touch_room(room, by=1, **counters):
    """Count `by` changes of `room` under its row lock; return it with its counters as they are.

    `counters` may name `last_position` too. Django reads assigned expressions back (RETURNING).
    """
    for name, step in {"revision": by, **counters}.items():
        setattr(room, name, F(name) + step)
    room.save(update_fields=["revision", *counters])
    return room


@transaction.atomic
def record_presence(arrivals, departures):
    """Store leases for `arrivals`, unsaved Presences; end those of `departures`, connections."""
    expires_at = timezone.now() + LEASE
    for presence in arrivals:
        presence.expires_at = expires_at
    Presence.objects.bulk_create(arrivals, ignore_conflicts=True)
    Presence.objects.filter(connection__in=departures).delete()


def renew_presence(process):
    """Prolong the leases of one process's connections and forget those that ran out elsewhere."""
    now = timezone.now()
    Presence.objects.filter(process=process).update(expires_at=now + LEASE)
    Presence.objects.filter(expires_at__lte=now).delete()


def end_presence(process):
    """End every lease of a process that is leaving."""
    Presence.objects.filter(process=process).delete()
