"""Scheduled messages, which only their author sees until they are posted."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rooms.models import Room

from ..message.models import Message

MAX_SCHEDULED = 50  # of one person, with those that were not sent, or late
LATE = timedelta(hours=1)  # authors are told if a message was delayed by more than this

# Why a message was not sent, by code. Most are the codes of `messaging.message.submit.REFUSALS`.
FAILURES = {
    "deactivated": _("Your account was deactivated then."),
    "room_deleted": _("The room was deleted."),
    "not_member": _("You were not a member of the room then."),
    "archived": _("The room was archived then."),
    "muted": _("A moderator had muted you then."),
    "not_here": _("The message that it answers is not there any more."),
    "not_stored": _("Something went wrong on our side."),
}
_REFUSED = _("The room did not take it.")


class ScheduledQuerySet(models.QuerySet):
    def of(self, user):
        """Return those of `user` and what was posted late, the next one first."""
        return self.filter(author=user).order_by("send_at", "pk")

    def unsent(self):
        return self.filter(sent_at__isnull=True)

    def due(self, now):
        """Return those to be tried at `now`, the oldest first."""
        return self.filter(due_at__lte=now).order_by("due_at", "pk")

    def numbers(self):
        """Return {"scheduled": rows, "unsent": rows that their author should look at}."""
        unsent = models.Count("pk", filter=~Q(failure="") | Q(sent_at__isnull=False))
        return self.aggregate(scheduled=models.Count("pk"), unsent=unsent)


class Scheduled(models.Model):
    """A message to be posted at `send_at`.

    The row is deleted when it is posted. It stays if it could not be posted, with the reason in
    `failure`, and if it was posted late, without its text: until the author removes it.
    """

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="scheduled_messages"
    )
    # None if the room was deleted: the text is still its author's.
    room = models.ForeignKey(Room, on_delete=models.SET_NULL, null=True, related_name="+")
    body = models.TextField()
    reply_to = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, related_name="+")
    # Both of scheduling it and of posting it, each of which may be repeated.
    nonce = models.CharField(max_length=64)
    send_at = models.DateTimeField()
    # When it is tried next: at first `send_at`, later if the room's pace or an error delays it.
    due_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)  # that ended with an error
    failure = models.CharField(max_length=30, blank=True)
    sent_at = models.DateTimeField(null=True)
    message = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = ScheduledQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["author", "nonce"], name="one_scheduled_a_nonce")
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="scheduled_due")
        ]

    def __str__(self):
        return f"Scheduled {self.pk} of {self.author_id}"

    def get_absolute_url(self):
        return f"{reverse('messaging:scheduled')}#scheduled-{self.pk}"

    @property
    def reason(self):
        """Why it was not sent, as a sentence, or ""."""
        if self.sent_at is None and self.room_id is None:
            return FAILURES["room_deleted"]
        return FAILURES.get(self.failure, _REFUSED) if self.failure else ""

    @property
    def was_late(self):
        return self.sent_at is not None
