"""Store the users whom messages mention."""

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from rooms.models import Room


class MentionQuerySet(models.QuerySet):
    def for_page(self, user):
        """Return the mentions of `user` in the rooms that they can see, newest first."""
        visible = self.filter(user=user, message__room__in=Room.objects.visible_to(user))
        shown = ("message__author", "message__room", "message__reply_to__author")
        return visible.select_related(*shown).order_by("-message")

    def fill_positions(self):
        """Set `room` and `position` where they are missing, as in backups of release 1.0."""
        message = self.model._meta.get_field("message").related_model
        columns = message.objects.filter(pk=OuterRef("message")).values
        return self.filter(position=None).update(
            room=Subquery(columns("room")), position=Subquery(columns("position"))
        )


class Mention(models.Model):
    """A mention of a user in a message, by name or with @here or @room."""

    message = models.ForeignKey(
        "messaging.Message", on_delete=models.CASCADE, related_name="mentions"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="mentions",
        db_index=False,
    )
    # Copies of the message's, so that unread mentions are counted from the index alone. They are
    # None only if a process of release 1.0 has stored the mention during an upgrade.
    room = models.ForeignKey(
        Room,
        on_delete=models.CASCADE,
        related_name="mentions",
        null=True,
        editable=False,
        db_index=False,
    )
    position = models.PositiveBigIntegerField(null=True, editable=False)
    # The time of the mention, not of the message: an edit can add one to an old message.
    created_at = models.DateTimeField(default=timezone.now, db_index=True, editable=False)

    # The rows that are deleted with the text of their message, whose own row stays.
    ends_with_message = Q()

    objects = MentionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "message"], name="one_mention")]
        indexes = [models.Index(fields=["user", "room", "position"], name="mention_by_position")]

    def __str__(self):
        return f"{self.user_id} in {self.message_id}"
