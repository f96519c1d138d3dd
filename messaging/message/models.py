"""Messages, numbered without gaps in each room."""

import json
from datetime import timedelta
from functools import cache
from hashlib import sha256

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rooms.models import Room
from users.languages import workspace_time_zone
from users.models import User

from ..attachments.snapshots import File, files_of
from ..commands.parsing import action_in, shown
from ..markdown.rendering import has_code, is_action
from ..mentions.models import Mention as Mention
from ..replies.excerpts import Reply, reply_of

PAGE_SIZE = 50
BODY_LIMIT = 8_000
# Consecutive messages of one author are grouped under one name: each within this time of the last,
# and at most this number.
CONTINUES_WITHIN = timedelta(minutes=5)
MAX_RUN = 8


# What drawing a reply needs of the message that it answers, and of its author: see `reply_of`.
_ANSWERED = {"id", "author", "edited_at", "deleted_at"}
_ITS_AUTHOR = {"id", "username", "display_name", "shows_username", "is_bot"}


def send_key(room_id, body, nonce, reply_to=None):
    """Return the key that identifies a send and its repetitions.

    It depends on the room, the text and the message that it answers: with the same nonce, a
    different text is a different message. The nonce itself is not stored, so that the key of a
    deleted message reveals nothing about its text.
    """
    answers = [] if reply_to is None else [reply_to]
    return sha256(json.dumps([room_id, nonce, body, *answers]).encode()).hexdigest()


def opens_day(moment, before, zone=None):
    """Return True if `before`, the time of the previous message or None, is not on the same day.

    Days are in `zone`, by default the reader's.
    """
    return before is None or timezone.localdate(before, zone) != timezone.localdate(moment, zone)


@cache
def _not_displayed():
    """Return the names of the fields that drawing does not need, seen from a reply."""
    return [
        f"{path}__{field.name}"
        for model, path, used in (
            (Message, "reply_to", _ANSWERED),
            (User, "reply_to__author", _ITS_AUTHOR),
        )
        for field in model._meta.concrete_fields
        if field.name not in used
    ]


class MessageQuerySet(models.QuerySet):
    def for_display(self):
        """Join everything that `_message.html` uses, so that rendering runs no query."""
        return self.select_related("author", "reply_to__author").defer(*_not_displayed())

    def visible_to(self, user):
        """Return the messages of the rooms that `user` can see."""
        return self.filter(room__in=Room.objects.visible_to(user))

    def newest(self, count=PAGE_SIZE):
        """Return a list of the last `count` messages, oldest first."""
        return list(self.order_by("-position")[:count])[::-1]

    def before(self, position, count=PAGE_SIZE):
        """Return a list of the last `count` messages before `position`, oldest first."""
        return self.filter(position__lt=position).newest(count)

    def after(self, position, count=PAGE_SIZE):
        """Return a list of the first `count` messages after `position`, oldest first."""
        return list(self.filter(position__gt=position).order_by("position")[:count])


class Message(models.Model):
    """One message. Deleting it empties the body and keeps the row, as a tombstone."""

    # No separate indexes for the foreign keys: the constraints and indexes below begin with these
    # columns, and given both PostgreSQL may choose to scan a whole room.
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
    # The ids of the mentioned users, or "room" for everybody, as the page uses them.
    mentioned = models.TextField(blank=True, editable=False)
    # Unique in the room, 1, 2, 3 … without gaps; assigned under the room's row lock.
    position = models.PositiveBigIntegerField(editable=False)
    # The room's revision at the last change of this message.
    revision = models.PositiveBigIntegerField(editable=False)
    # Makes a repeated send be stored only once: see `send_key`.
    nonce = models.CharField(max_length=64, editable=False)
    # The message that this one answers. Its excerpt is in `extras`: see messaging.replies.
    reply_to = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="replies",
        db_index=False,
    )
    # Data of features for the fragment, each under its own key: ids and counts, never names.
    # Features write it through `actions.change_message`.
    extras = models.JSONField(default=dict, editable=False)
    # Set when the message is posted, so that rendering does not need its neighbours.
    opens_day = models.BooleanField(default=True, editable=False)
    continues = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    edited_at = models.DateTimeField(null=True, blank=True, editable=False)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    # True for one that was stored just now, False if it was read from the database.
    is_new = False

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "position"], name="one_message_a_position"),
            models.UniqueConstraint(fields=["author", "nonce"], name="one_message_a_nonce"),
        ]
        indexes = [
            models.Index(fields=["room", "revision"], name="message_by_revision"),
            # For the days of a search.
            models.Index(fields=["created_at"], name="message_by_time"),
            models.Index(
                fields=["reply_to"],
                condition=models.Q(reply_to__isnull=False),
                name="message_by_reply_to",
            ),
        ]

    def __str__(self):
        return f"Message {self.position} in {self.room_id}"

    def get_absolute_url(self):
        return reverse("messaging:message", args=[self.pk])

    @property
    def is_deleted(self):
        return self.deleted_at is not None

    @property
    def edit_shown_as(self):
        """How the time of the edit is shown: within a day of the message, without its date."""
        is_soon = self.edited_at - self.created_at < timedelta(days=1)
        return "time" if is_soon else "moment"

    @property
    def is_action(self) -> bool:
        """True if its author does something: "/me waves", which is shown as "Ana waves"."""
        return is_action(self.body_html)

    @property
    def has_code(self) -> bool:
        """True if it has a block of code, which can be copied."""
        return has_code(self.body_html)

    @property
    def text(self) -> str:
        """Its text where there is no HTML; of an action, with the name of its author."""
        action = action_in(self.body) if self.is_action else None
        return shown(self.body) if action is None else f"{self.author.name} {action}"

    @property
    def reply(self) -> Reply | None:
        """What the fragment shows of the message that this one answers, or None."""
        return reply_of(self)

    @property
    def files(self) -> list[File]:
        """The files that the fragment shows."""
        return files_of(self)

    def read_again(self):
        """Reload it, with what the fragment shows; it keeps its Room. Needs the lock of that."""
        room = self.room
        self.refresh_from_db(from_queryset=Message.objects.for_display())
        self.room = room

    def follow(self, author_id, said_at, run=1):
        """Set `opens_day` and `continues` from the previous message, if any.

        `run` counts the messages that are grouped so far. Return the count with this one.
        """
        self.opens_day = opens_day(self.created_at, said_at, workspace_time_zone())
        self.continues = (
            not self.opens_day
            and self.reply_to_id is None
            and author_id == self.author_id
            and self.created_at - said_at < CONTINUES_WITHIN
            and run < MAX_RUN
        )
        return run + 1 if self.continues else 1

    def can_be_edited_by(self, membership):
        """Return True if the member (or None) can edit this message."""
        return (
            membership is not None
            and membership.can_post
            and membership.user_id == self.author_id
            and not self.is_deleted
        )

    def can_be_deleted_by(self, membership):
        """Return True if the member (or None) can delete this message."""
        return self.is_under(membership) and not self.is_deleted

    def is_under(self, membership):
        """Return True if the member (or None) can post, and is its author or a moderator."""
        return (
            membership is not None
            and membership.can_post
            and (membership.user_id == self.author_id or membership.can_moderate)
        )

    def can_be_reported_by(self, membership):
        """Return True if the member (or None) can report this message."""
        return (
            membership is not None and membership.user_id != self.author_id and not self.is_deleted
        )
