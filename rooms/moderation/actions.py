"""Moderation actions. Each saves and logs in one transaction, then notifies after the commit."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from core.views import require
from users.audit import Act, record
from users.models import User

from .. import broadcasts
from ..actions import end_membership
from ..counters import expect_pushes, narrow_room
from ..locking import lock_act
from ..models import Membership, Room, Sanction


@transaction.atomic
def mute_member(
    membership: Membership, moderator: User | None, minutes: int, reason: str = ""
) -> None:
    """Mute a member for `minutes` from now: they can read, but not post.

    All actions in this module raise PermissionDenied if `moderator` is not allowed to do this, or
    no longer is. If `moderator` is None, the check is skipped and nothing is logged.
    """
    _set_mute(membership, moderator, timezone.now() + timedelta(minutes=minutes))
    detail = f"{minutes} min. {reason}".strip()
    record(Act.MEMBER_MUTED, moderator, person=membership.user, room=membership.room, detail=detail)


@transaction.atomic
def unmute_member(membership: Membership, moderator: User | None) -> None:
    """End a member's mute."""
    _set_mute(membership, moderator, None)
    record(Act.MEMBER_UNMUTED, moderator, person=membership.user, room=membership.room)


def _set_mute(membership: Membership, moderator: User | None, until: datetime | None) -> None:
    acting, other = lock_act(membership.room, moderator, membership.user)
    require(other and (acting is None or acting.can_mute(other)))
    Sanction.objects.update_or_create(
        room=membership.room, user=membership.user, defaults={"muted_until": until}
    )
    Membership.objects.filter(pk=membership.pk).update(muted_until=until)
    membership.muted_until = until


@transaction.atomic
def ban_person(room: Room, person: User, moderator: User | None, reason: str = "") -> None:
    """Ban `person`, member or not, from seeing or joining `room`. End their membership, if any."""
    acting, membership = lock_act(room, moderator, person)
    person.refresh_from_db(fields=["is_administrator"])
    require(acting is None or acting.can_ban(person, membership))
    Sanction.objects.update_or_create(
        room=room, user=person, defaults={"banned_at": timezone.now()}
    )
    if membership is not None:
        end_membership(membership)
    record(Act.PERSON_BANNED, moderator, person=person, room=room, detail=reason)
    narrow_room(room)
    broadcasts.access_changed(person.pk)


@transaction.atomic
def lift_ban(sanction: Sanction, moderator: User | None) -> None:
    """Lift a ban. The person may join the room again, but is not a member yet."""
    acting, _other = lock_act(sanction.room, moderator)
    require(acting is None or acting.can_moderate)
    sanction.banned_at = None
    sanction.save(update_fields=["banned_at"])
    expect_pushes(Room.objects.filter(pk=sanction.room_id))
    record(Act.BAN_LIFTED, moderator, person=sanction.user, room=sanction.room)
    broadcasts.access_changed(sanction.user_id)


def take_turn(membership: Membership) -> int:
    """Record that a member posts now, in slow mode. Return 0, or the seconds to wait if too early.

    The time is stored in the Sanction, so that leaving and rejoining the room does not reset it. A
    single UPDATE decides, so only one of two simultaneous posts passes.
    """
    now = timezone.now()
    pause = timedelta(seconds=membership.room.slow_seconds)
    key = {"room_id": membership.room_id, "user_id": membership.user_id}
    Sanction.objects.get_or_create(**key)
    sanction = Sanction.objects.filter(**key)
    if sanction.exclude(last_posted_at__gt=now - pause).update(last_posted_at=now):
        return 0
    last = sanction.values_list("last_posted_at", flat=True).first()
    return max(1, round((last + pause - now).total_seconds())) if last else 0
