"""Messages that people have saved for later."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from ..message.models import Message


class SavedQuerySet(models.QuerySet):
    def to_do(self):
        return self.filter(done_at__isnull=True)

    def done(self):
        return self.filter(done_at__isnull=False)

    def due(self, now=None):
        """Return those that are to do and whose time has come."""
        return self.to_do().filter(remind_at__lte=now or timezone.now())

    def to_announce(self, now):
        """Return those that are due and of which the person has not been reminded yet."""
        return self.due(now).filter(reminded_at__isnull=True)

    def in_order(self):
        """Sort: due ones first, then those with a time, then those without, the newest first."""
        return self.order_by(F("remind_at").asc(nulls_last=True), "-saved_at", "-pk")


class Saved(models.Model):
    """A message that a person has saved. It outlasts the message's text and the person's access.

    `Message.objects.visible_to` says whether the message may be shown, each time.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved", db_index=False
    )
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+")
    saved_at = models.DateTimeField(default=timezone.now, editable=False)
    remind_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True, editable=False)
    # When the person was reminded, or found not to be reachable. Cleared with a new time.
    reminded_at = models.DateTimeField(null=True, editable=False)
    # When a worker last began to remind the person: see `actions.claim`.
    claimed_at = models.DateTimeField(null=True, editable=False)

    objects = SavedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "message"], name="one_saved_message")
        ]
        indexes = [
            models.Index(
                fields=["user", "remind_at"],
                condition=Q(done_at__isnull=True),
                name="saved_to_do",
            ),
            models.Index(
                fields=["remind_at"],
                condition=Q(done_at__isnull=True, reminded_at__isnull=True),
                name="saved_to_announce",
            ),
        ]

    def __str__(self):
        return f"Message {self.message_id} for {self.user_id}"

    @property
    def is_done(self):
        return self.done_at is not None

    @property
    def group(self):
        """Where the list shows it: "due", "timed", "untimed" or "done"."""
        if self.is_done:
            return "done"
        if self.remind_at is None:
            return "untimed"
        return "due" if self.remind_at <= timezone.now() else "timed"
