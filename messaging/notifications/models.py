"""Records of sent notifications, and of those being sent."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from rooms.models import Membership

from ..mentions.models import Mention

MAX_CHANNEL_NAME = 20


class NotificationSettings(models.Model):
    """When and how a person is notified, whatever the channel. Without a row: always, and fully."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="notification_settings",
    )
    # Quiet hours in the person's time zone, None for none. They may pass midnight.
    quiet_from = models.TimeField(_("from"), null=True, blank=True)
    quiet_until = models.TimeField(_("until"), null=True, blank=True)
    # The weekdays on which they begin: bit 0 is Monday.
    quiet_days = models.PositiveSmallIntegerField(_("on"), default=0b1111111)
    # Do not disturb until then. A time that has passed is kept: with `paused_at`, when that quiet
    # time began, it tells what was held back.
    paused_until = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, editable=False)
    # Whether pushes only say that there is something, not who wrote what.
    is_discreet = models.BooleanField(_("leave out who wrote what"), default=False)

    def __str__(self):
        return f"of {self.user_id}"

    def is_paused(self, now):
        """Return True if the person pauses at `now`, whatever their quiet hours."""
        return self.paused_until is not None and self.paused_until > now


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
