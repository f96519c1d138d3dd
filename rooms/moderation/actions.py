"""What moderators do about people. Each act saves and is noted in one transaction, then told."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from core.views import require
from users.audit import Act, record

from .. import broadcasts
from ..actions import end_membership
from ..counters import narrow_room
from ..locking import lock_act
from ..models import Membership, Sanction


@transaction.atomic
def mute_member(membership, moderator, minutes, reason=""):
    """Let somebody read but not write for so many minutes, from now.

    This and the acts below raise PermissionDenied if `moderator` is not allowed to (any more).
    """
    _set_mute(membership, moderator, timezone.now() + timedelta(minutes=minutes))
    detail = f"{minutes} min. {reason}".strip()
    record(Act.MEMBER_MUTED, moderator, person=membership.user, room=membership.room, detail=detail)


@transaction.atomic
def unmute_member(membership, moderator):
    """Let somebody write again."""
    _set_mute(membership, moderator, None)
    record(Act.MEMBER_UNMUTED, moderator, person=membership.user, room=membership.room)


def _set_mute(membership, moderator, until):
    acting, other = lock_act(membership.room, moderator, membership.user)
    require(other and (acting is None or acting.can_mute(other)))
    Sanction.objects.update_or_create(
        room=membership.room, user=membership.user, defaults={"muted_until": until}
    )
    Membership.objects.filter(pk=membership.pk).update(muted_until=until)
    membership.muted_until = until


@transaction.atomic
def ban_person(room, person, moderator, reason=""):
    """Have somebody neither see this room nor come back, whether or not they belong to it."""
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
    broadcasts.memberships_changed(person.pk)


@transaction.atomic
def lift_ban(sanction, moderator):
    """Let somebody come into the room again."""
    acting, _nobody = lock_act(sanction.room, moderator)
    require(acting is None or acting.can_moderate)
    sanction.banned_at = None
    sanction.save(update_fields=["banned_at"])
    record(Act.BAN_LIFTED, moderator, person=sanction.user, room=sanction.room)
    broadcasts.memberships_changed(sanction.user_id)


def take_turn(membership):
    """Note that somebody posts now, in slow mode; return 0, or the seconds to wait before.

    It is noted where mutes are, so that leaving the room and coming back does not begin anew. One
    UPDATE decides, so that of two sends at once only one passes.
    """
    now = timezone.now()
    pause = timedelta(seconds=membership.room.slow_seconds)
    where = {"room_id": membership.room_id, "user_id": membership.user_id}
    Sanction.objects.get_or_create(**where)
    theirs = Sanction.objects.filter(**where)
    if theirs.exclude(last_posted_at__gt=now - pause).update(last_posted_at=now):
        return 0
    last = theirs.values_list("last_posted_at", flat=True).first()
    return max(1, round((last + pause - now).total_seconds())) if last else 0
