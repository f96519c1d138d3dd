"""The draft of a member of a room."""

from django.db import models
from django.utils import timezone

from rooms.models import Membership


class DraftQuerySet(models.QuerySet):
    def of(self, user, room):
        """Return the Draft of `user` in `room`, or None if there is none or it is empty."""
        mine = self.filter(membership__user=user, membership__room=room)
        return mine.exclude(body="").select_related("reply_to__author").first()


class Draft(models.Model):
    """What a member has written and not sent. It ends with the membership.

    `key` names the text: a page that shows or saves a draft sends its key with the message, and the
    draft is emptied. The row stays, so that a late save of an older text is recognized by its time.
    """

    membership = models.OneToOneField(Membership, on_delete=models.CASCADE, related_name="draft")
    key = models.CharField(max_length=64)
    body = models.TextField(blank=True)
    # The message that it answers.
    reply_to = models.ForeignKey(
        "messaging.Message", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # When it was typed, which is before it was saved.
    typed_at = models.DateTimeField(default=timezone.now)

    objects = DraftQuerySet.as_manager()

    def __str__(self):
        return f"Draft of {self.membership_id}"
