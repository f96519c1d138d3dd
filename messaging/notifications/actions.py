"""Notify users over a channel, and change their notification settings."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from rooms.models import Membership
from users.models import User

from ..mentions.models import Mention
from .channel import Channel
from .channels import CHANNELS
from .missed import Missed, RoomNews, missed_by, news_of
from .models import NotificationClaim, NotifiedMention, NotifiedRoom


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

    Exceptions of the channel are raised; nothing is recorded then, so that a retry sends the same.
    """
    claimed = NotificationClaim.objects.filter(pk=claim_id, number=number).first()
    channel = CHANNELS.get(claimed.channel) if claimed else None
    if channel is None or not channel.is_on():
        return  # a later claim has replaced it, or there is nothing to send
    user = channel.reachable().filter(pk=claimed.user_id).first()
    if user is None:
        return
    now = timezone.now()
    missed = missed_by(user, channel, now)
    news = news_of(user, missed, channel, now)
    if news:
        channel.send(user, news, claimed)
    _record(channel, missed, news)


@transaction.atomic
def _record(channel: Channel, missed: dict[int, Missed], news: list[RoomNews]) -> None:
    """Record all of `missed` as handled: sent, or skipped because the user cannot see it.

    The rows are locked. Otherwise an edit that deletes a mention meanwhile could make this fail
    after sending, and the notification would be sent again.
    """
    _record_mentions(channel, [mention.pk for room in missed.values() for mention in room.mentions])
    newest = {room_news.room.pk: room_news.messages[-1].position for room_news in news}
    positions = {
        membership.pk: max(membership.known, newest.get(room_id, 0))
        for room_id, room in missed.items()
        for membership in room.memberships
    }
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
def choose_level(membership: Membership, level: str) -> None:
    """Set the notification level (Membership.NotificationLevel) of a member in their room."""
    changes = {"notification_level": level}
    if level == Membership.NotificationLevel.EVERYTHING != membership.notification_level:
        changes["notify_after"] = membership.room.last_position  # from now on
    # Updates no row if they have left the room meanwhile.
    Membership.objects.filter(pk=membership.pk).update(**changes)
