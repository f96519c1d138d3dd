"""Records of sent notifications, and of those being sent."""

from django.conf import settings
from django.db import models

from rooms.models import Membership

from ..mentions.models import Mention

MAX_CHANNEL_NAME = 20


class NotificationClaim(models.Model):
    """The last time that a worker began to notify a user over a channel.

    `number` counts the claims. A worker with an earlier number has been replaced and sends nothing.
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
    """A mention that a channel has sent, or skipped because the user cannot see it."""

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
    """The last position of which a channel has notified a member who wants every message."""

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
