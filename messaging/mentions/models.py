"""Who is called by which message, and whether they have been told of it by mail."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from rooms.models import Membership, Presence, Room

# Somebody who is away is told after this time, unless they have read it meanwhile …
DELAY = timedelta(minutes=5)
# … and what is older than this is no news: a mail server that is new must not tell of last year.
NEWS = timedelta(days=1)


def news(now, moment="created_at"):
    """Return the Q of what is neither too fresh nor too old at `now` to be told of."""
    return Q(**{f"{moment}__lte": now - DELAY, f"{moment}__gt": now - NEWS})


class MentionQuerySet(models.QuerySet):
    def for_page(self, user):
        """The mentions of `user` in the rooms that they may see, newest first."""
        visible = self.filter(user=user, message__room__in=Room.objects.visible_to(user))
        return visible.select_related("message__author", "message__room").order_by("-message")

    def awaiting_notification(self, now):
        """Those of which their people, being away, are to be told at `now`."""
        of_theirs = {"room": OuterRef("message__room"), "user": OuterRef("user")}
        settled = Membership.objects.filter(
            Q(last_read_position__gte=OuterRef("message__position"))
            | Q(notification_level=Membership.NotificationLevel.NOTHING),
            **of_theirs,
        )
        return self.filter(
            news(now),
            ~Exists(settled),
            ~Exists(Presence.objects.current().filter(**of_theirs)),
            noticed_at__isnull=True,
        )


class Mention(models.Model):
    """A message calls somebody: by name, or with everybody who was there."""

    message = models.ForeignKey(
        "messaging.Message", on_delete=models.CASCADE, related_name="mentions"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="mentions",
        db_index=False,
    )
    # Of the mention: an edit may bring one into an old message.
    created_at = models.DateTimeField(default=timezone.now, db_index=True, editable=False)
    noticed_at = models.DateTimeField(null=True, editable=False)

    objects = MentionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "message"], name="one_mention")]

    def __str__(self):
        return f"{self.user_id} in {self.message_id}"
