"""What: messages, numbered without gaps in their room."""

import json
from datetime import timedelta
from hashlib import sha256

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rooms.models import Room
from users.languages import workspace_time_zone

from ..mentions.models import Mention as Mention

PAGE_SIZE = 50
BODY_LIMIT = 8_000
# Within this time the same author's messages stand under one name.
CONTINUES_WITHIN = timedelta(minutes=5)


def send_key(room_id, body, nonce):
    """Return the key under which a send is stored, which its repetitions share.

    The room and the text are part of it: with the same nonce, another text is another message. The
    nonce itself is not stored, so that the key of a deleted message tells nothing of its text.
    """
    return sha256(json.dumps([room_id, nonce, body]).encode()).hexdigest()


def opens_day(moment, before):
    """Say whether what is said at `moment` begins a day, after what was said at `before` or None.

    Days are the workspace's.
    """
    zone = workspace_time_zone()
    return before is None or timezone.localdate(before, zone) != timezone.localdate(moment, zone)


class MessageQuerySet(models.QuerySet):
    def for_display(self):
        """With all that `_message.html` reads, so that drawing one runs no query."""
        return self.select_related("author")

    def visible_to(self, user):
        """The messages of the rooms that `user` may see."""
        return self.filter(room__in=Room.objects.visible_to(user))

    def newest(self, count=PAGE_SIZE):
        """The last `count` messages, oldest first, as a list."""
        return list(self.order_by("-position")[:count])[::-1]

    def before(self, position, count=PAGE_SIZE):
        """The last `count` messages above `position`, oldest first, as a list."""
        return self.filter(position__lt=position).newest(count)

    def after(self, position, count=PAGE_SIZE):
        """The first `count` messages below `position`, oldest first, as a list."""
        return list(self.filter(position__gt=position).order_by("position")[:count])


class Message(models.Model):
    """One message. Deleting it empties the body and keeps the row, as a tombstone."""

    # No index of their own: those below begin with each, and with a choice PostgreSQL may take the
    # one that reads a whole room.
    room = models.ForeignKey(
        Room, on_delete=models.CASCADE, related_name="messages", db_index=False
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="messages",
        db_index=False,
    )
    body = models.TextField(_("message"))
    body_html = models.TextField(editable=False)
    # The ids of those whom it calls, and "room" for everybody, as the page says it.
    mentioned = models.TextField(blank=True, editable=False)
    # Unique in the room, 1, 2, 3 … without gaps; given under the room's row lock.
    position = models.PositiveBigIntegerField(editable=False)
    # The room's revision at the last change of this message.
    revision = models.PositiveBigIntegerField(editable=False)
    # What was sent twice is stored once: see `send_key`.
    nonce = models.CharField(max_length=64, editable=False)
    # What features show in the fragment, each under a key of its own: ids and counts, never names.
    # They write it through `actions.change_message`.
    extras = models.JSONField(default=dict, editable=False)
    # Facts of the moment of posting, so that a message is drawn without its neighbours.
    opens_day = models.BooleanField(default=True, editable=False)
    continues = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    edited_at = models.DateTimeField(null=True, blank=True, editable=False)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "position"], name="one_message_a_position"),
            models.UniqueConstraint(fields=["author", "nonce"], name="one_message_a_nonce"),
        ]
        indexes = [models.Index(fields=["room", "revision"], name="message_by_revision")]

    def __str__(self):
        return f"Message {self.position} in {self.room_id}"

    def get_absolute_url(self):
        return reverse("messaging:message", args=[self.pk])

    @property
    def is_deleted(self):
        return self.deleted_at is not None

    def follow(self, author_id, said_at):
        """Note how this stands below what `author_id` said at `said_at`; None where nothing was."""
        self.opens_day = opens_day(self.created_at, said_at)
        self.continues = (
            not self.opens_day
            and author_id == self.author_id
            and self.created_at - said_at < CONTINUES_WITHIN
        )

    def can_be_edited_by(self, membership):
        """Say whether the person of `membership` (or None) may change the text."""
        return (
            membership is not None
            and membership.can_post
            and membership.user_id == self.author_id
            and not self.is_deleted
        )

    def can_be_deleted_by(self, membership):
        """Say whether the person of `membership` (or None) may delete this message."""
        return (
            membership is not None
            and membership.can_post
            and (membership.user_id == self.author_id or membership.can_moderate)
            and not self.is_deleted
        )

    def can_be_reported_by(self, membership):
        """Say whether the person of `membership` (or None) may bring this before the moderators."""
        return (
            membership is not None and membership.user_id != self.author_id and not self.is_deleted
        )
