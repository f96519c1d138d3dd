"""Notify users over a channel, and change their notification settings."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from rooms.counters import expect_pushes
from rooms.models import Membership, Room
from users.models import User

from ..mentions.models import Mention
from .channel import Channel
from .channels import CHANNELS
from .missed import Missed, RoomNews, missed_by, news_of
from .models import NotificationClaim, NotifiedMention, NotifiedRoom
from .quiet.queries import news_since_for, quiet_ids


@transaction.atomic
def claim(user_id: int, channel: Channel, now: datetime) -> NotificationClaim | None:
    """Claim the right to notify this user; return None if it was claimed within `channel.gap`."""
    NotificationClaim.objects.bulk_create(
        [NotificationClaim(user_id=user_id, channel=channel.name)], ignore_conflicts=True
    )
    claims = NotificationClaim.objects.filter(user=user_id, channel=channel.name)
    rested = claims.filter(Q(claimed_at__isnull=True) | Q(claimed_at__lte=now - channel.gap))
    taken = rested.update(number=F("number") + 1, claimed_at=now)
    return claims.get() if taken else None


def notify(claim_id: int, number: int) -> None:
    """Notify the user of a claim, if it is still valid and they have still missed something.

    If their quiet time has begun, nothing is sent and nothing recorded: it comes afterwards.
    Exceptions of the channel are raised; nothing is recorded then, so that a retry sends the same.
    """
    claimed = NotificationClaim.objects.filter(pk=claim_id, number=number).first()
    channel = CHANNELS.get(claimed.channel) if claimed else None
    if channel is None or channel.send is None or not channel.is_on():
        return  # a later claim has replaced it, or there is nothing to send
    user = channel.reachable().filter(pk=claimed.user_id).first()
    if user is None:
        return
    now = timezone.now()
    since = news_since_for(user, now, channel.news)
    missed = missed_by(user, channel, now, since)
    news = news_of(user, missed, channel, now, since)
    if quiet_ids([user.pk], timezone.now()):
        return
    if news:
        channel.send(user, news, claimed)
    record(channel, (missed, news))


type Found = tuple[dict[int, Missed], list[RoomNews]]  # of one user


@transaction.atomic
def record(channel: Channel, *found: Found) -> None:
    """Record all that these users missed as handled: sent, or skipped as they cannot see it.

    The rows are locked. Otherwise an edit that deletes a mention meanwhile could make this fail
    after sending, and the notification would be sent again.
    """
    mentions, positions = [], {}
    for missed, news in found:
        newest = {each.room.pk: each.messages[-1].position for each in news}
        for room_id, room in missed.items():
            mentions += [mention.pk for mention in room.mentions]
            for membership in room.memberships:
                positions[membership.pk] = max(membership.known, newest.get(room_id, 0))
    _record_mentions(channel, mentions)
    _record_positions(channel, positions)


def _record_mentions(channel: Channel, ids: list[int]) -> None:
    locked = Mention.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    rows = [NotifiedMention(mention=mention, channel=channel.name) for mention in locked]
    NotifiedMention.objects.bulk_create(rows, ignore_conflicts=True)


def _record_positions(channel: Channel, positions: dict[int, int]) -> None:
    """Store the last notified positions of this channel, {membership id: position}."""
    locked = Membership.objects.select_for_update(no_key=True).filter(pk__in=positions)
    rows = [
        NotifiedRoom(membership=member, channel=channel.name, position=positions[member.pk])
        for member in locked.order_by("pk")
    ]
    NotifiedRoom.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["membership", "channel"],
        update_fields=["position"],
    )


@transaction.atomic
def stop_email(user: User) -> None:
    """Turn off email notifications for this user."""
    user.email_notifications = False
    user.save(update_fields=["email_notifications"])


@transaction.atomic
def start_email(user: User) -> None:
    """Turn email notifications on again for this user."""
    user.email_notifications = True
    user.save(update_fields=["email_notifications"])


@transaction.atomic
def choose_level(membership: Membership, level: str = "", push_level: str = "") -> None:
    """Set what a member is notified about in their room: by mail, and by pushes to their devices.

    Both are of Membership.NotificationLevel; "" leaves what was chosen before.
    """
    chosen = {"notification_level": level, "push_level": push_level}
    after = {"notification_level": "notify_after", "push_level": "push_after"}
    changes: dict[str, str | int] = {name: value for name, value in chosen.items() if value}
    for name in [*changes]:
        if changes[name] == Membership.NotificationLevel.EVERYTHING != getattr(membership, name):
            changes[after[name]] = membership.room.last_position  # from now on
    # Updates no row if they have left the room meanwhile.
    Membership.objects.filter(pk=membership.pk).update(**changes)
    if push_level not in ("", Membership.NotificationLevel.NOTHING):
        expect_pushes(Room.objects.filter(pk=membership.room_id))
