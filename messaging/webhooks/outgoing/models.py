"""The outgoing webhooks of bots, how far each is, and what came of the last attempts."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rooms.models import Room

MAX_URL = 2_000  # characters


class Event(models.TextChoices):
    """What can be sent; the `type` of a payload is "message." and this."""

    POSTED = "posted", _("New messages")
    CHANGED = "changed", _("Changed messages: edits, files, pins, previews")
    DELETED = "deleted", _("Deleted messages")
    REACTED = "reacted", _("Reactions")


class Reason(models.TextChoices):
    """Why a webhook is off."""

    PERSON = "person", _("Somebody turned it off.")
    FAILING = "failing", _("It failed for three days.")
    GONE = "gone", _("The address answered that it is gone (410).")
    BOT = "bot", _("The bot was deactivated, or its owner was.")
    RESTORED = "restored", _("The site was restored from a backup.")


# The fields of a webhook that has not failed, or not since it was last changed.
HEALTHY = {"attempts": 0, "failing_since": None, "next_attempt_at": None}


class OutgoingWebhookQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return the webhooks of the bots that `user` owns; for administrators those of all."""
        return self if user.is_administrator else self.filter(bot__owner=user)


class OutgoingWebhook(models.Model):
    """An address to which changes in some rooms of `bot` are sent: those of its cursors."""

    bot = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="outgoing_webhooks"
    )
    url = models.CharField(_("address"), max_length=MAX_URL)
    events = models.CharField(max_length=100)  # names of what is sent, with spaces between them
    includes_bots = models.BooleanField(_("send what other bots say too"), default=False)
    # The secret is made from this and the SECRET_KEY; a new generation is a new secret.
    generation = models.PositiveIntegerField(default=1, editable=False)
    renewed_at = models.DateTimeField(null=True, editable=False)  # when the last one began
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", editable=False
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    queued_at = models.DateTimeField(null=True, editable=False)  # when its task was last queued
    attempts = models.PositiveIntegerField(default=0, editable=False)  # that failed in a row
    next_attempt_at = models.DateTimeField(null=True, editable=False)
    failing_since = models.DateTimeField(null=True, editable=False)
    disabled_at = models.DateTimeField(null=True, editable=False)
    reason = models.CharField(max_length=20, choices=Reason, blank=True, editable=False)
    # While a task delivers, until then at the latest; nobody else does meanwhile.
    leased_until = models.DateTimeField(null=True, editable=False)

    objects = OutgoingWebhookQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return f"Outgoing webhook {self.pk} of {self.bot_id}"


class WebhookCursor(models.Model):
    """The revision of a room up to which changes were sent to a webhook.

    A message is sent in its newest state, so one that was changed meanwhile comes later than its
    first change. All changes up to `settled` have been sent for certain; which of those between the
    two were is known by the attempts.
    """

    webhook = models.ForeignKey(OutgoingWebhook, on_delete=models.CASCADE, related_name="cursors")
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="webhook_cursors")
    revision = models.PositiveBigIntegerField(default=0)
    settled = models.PositiveBigIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["webhook", "room"], name="one_cursor_a_room")
        ]

    def __str__(self):
        return f"Webhook {self.webhook_id} in {self.room_id} at {self.revision}"


class WebhookChange(models.Model):
    """What changed with a revision of a message, in a room with webhooks; kept until all know.

    The row of a message has only its newest state, and a receiver must know what is new in it.
    """

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="+", db_index=False)
    message = models.PositiveBigIntegerField()  # its id
    revision = models.PositiveBigIntegerField()
    what = models.CharField(max_length=100)  # with spaces: see messaging.followups.changes
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["room", "revision"], name="change_by_revision")]

    def __str__(self):
        return f"{self.what} of {self.message} in {self.room_id}"


class Attempt(models.Model):
    """One try to tell a webhook of one change, or a test, which is about no room.

    The last 100 are kept.
    """

    webhook = models.ForeignKey(OutgoingWebhook, on_delete=models.CASCADE, related_name="log")
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="+", null=True)
    revision = models.PositiveBigIntegerField(default=0)
    message = models.PositiveBigIntegerField(default=0)  # its id
    event = models.CharField(max_length=40)
    at = models.DateTimeField(default=timezone.now)
    milliseconds = models.PositiveIntegerField(default=0)
    status = models.PositiveSmallIntegerField(null=True)  # of the answer; None without one
    error = models.CharField(max_length=40, blank=True)  # why there was none, as a code

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"{self.event} to {self.webhook_id} at {self.at}"

    @property
    def is_success(self):
        return self.status is not None and 200 <= self.status < 300

    @property
    def type(self):
        """The `type` of what was sent."""
        return f"message.{self.event}" if self.room_id else self.event
