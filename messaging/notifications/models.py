"""What each channel has said to whom, and who is being notified now."""

from django.conf import settings
from django.db import models

from rooms.models import Membership

from ..mentions.models import Mention

MAX_CHANNEL_NAME = 20


class NotificationClaim(models.Model):
    """One user's turn at one channel: the last time that somebody began to notify them.

    `number` counts the turns. Whoever holds an earlier number has been replaced and sends nothing.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    channel = models.CharField(max_length=MAX_CHANNEL_NAME)
    number = models.PositiveBigIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "channel"], name="one_notification_claim")
        ]

    def __str__(self):
        return f"{self.channel} {self.number} to {self.user_id}"


class NotifiedMention(models.Model):
    """A mention that a channel has dealt with: said, or found out of its reader's reach."""

    mention = models.ForeignKey(
        Mention, on_delete=models.CASCADE, related_name="notified", db_index=False
    )
    channel = models.CharField(max_length=MAX_CHANNEL_NAME)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mention", "channel"], name="one_notified_mention")
        ]

    def __str__(self):
        return f"{self.channel} about mention {self.mention_id}"


class NotifiedRoom(models.Model):
    """Up to which position a channel has notified a member who wants every message."""

    membership = models.ForeignKey(
        Membership, on_delete=models.CASCADE, related_name="notified", db_index=False
    )
    channel = models.CharField(max_length=MAX_CHANNEL_NAME)
    position = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["membership", "channel"], name="one_notified_room")
        ]

    def __str__(self):
        return f"{self.channel} up to {self.position} in membership {self.membership_id}"
