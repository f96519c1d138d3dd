"""Reports of messages, for moderators."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rooms.models import Membership, Room

from ..mentions.models import Mention as Mention
from ..message.models import Message


class ReportQuerySet(models.QuerySet):
    def open(self):
        return self.filter(resolved_at__isnull=True)

    def handled_by(self, user):
        """Return the reports that `user` can handle, without those of their own messages.

        Moderators handle the reports of their rooms, administrators those of all rooms: by
        reporting a message its reporter has shared it with them.
        """
        reports = self.exclude(message__author=user)
        if user.is_administrator:
            return reports
        roles = [Membership.Role.MODERATOR, Membership.Role.OWNER]
        moderated = Membership.objects.filter(user=user, role__in=roles)
        return reports.filter(message__room__in=moderated.values("room")).exclude(
            message__room__kind=Room.Kind.DIRECT
        )

    def for_display(self):
        return self.select_related("reporter", "message__author", "message__room").order_by("-pk")


class Report(models.Model):
    """A report of a message, with a copy of its text until the report is resolved."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="reports")
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=300)
    # The reported text: the message may be edited or deleted later.
    body = models.TextField(blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    resolved_at = models.DateTimeField(null=True, editable=False)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        editable=False,
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "reporter"], name="one_report_a_person")
        ]
        indexes = [
            models.Index(
                fields=["message"],
                condition=models.Q(resolved_at__isnull=True),
                name="open_reports",
            )
        ]

    def __str__(self):
        return f"Report {self.pk} of {self.message_id}"

    @property
    def message_can_be_deleted(self):
        return not (self.message.is_deleted or self.message.room.is_archived)

    @staticmethod
    def author_can_be_muted(membership):
        """Return True if `membership`, of the author in the room or None, is of a plain member."""
        return membership is not None and not membership.can_moderate
