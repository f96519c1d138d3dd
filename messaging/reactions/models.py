"""Reactions of people to messages."""

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Min, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from core.emoji.table import LONGEST_KEY

from ..message.models import Message

MAX_IDS = 200  # of the people with one emoji, in a message's `extras`

_OF_A_KIND = F("message_id"), F("emoji")


class ReactionQuerySet(models.QuerySet):
    def by_kind(self):
        """Sort reactions by the first use of their emoji on the message, then by their own time."""
        first = Window(Min("pk"), partition_by=_OF_A_KIND)
        return self.annotate(first=first).order_by("first", "pk")

    def summary(self):
        """Return [[emoji, count, user ids]] of one message's reactions, for its fragment.

        The emoji are in the order of their first use. The ids are those of the MAX_IDS people who
        used it last, so that who has just reacted sees it marked.
        """
        rank = Window(RowNumber(), partition_by=_OF_A_KIND, order_by=F("pk").desc())
        count = Window(Count("pk"), partition_by=_OF_A_KIND)
        rows = self.by_kind().annotate(rank=rank, count=count).filter(rank__lte=MAX_IDS)
        kinds = {}
        for emoji, count, user_id in rows.values_list("emoji", "count", "user_id"):
            kinds.setdefault(emoji, [emoji, count, []])[2].append(user_id)
        return list(kinds.values())


class Reaction(models.Model):
    """One emoji of one person at one message."""

    ends_with_message = models.Q()

    # The constraint begins with the message: a separate index of it would be a second one.
    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, related_name="reactions", db_index=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reactions"
    )
    emoji = models.CharField(max_length=LONGEST_KEY)  # a key of core.emoji.table
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ReactionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "emoji", "user"], name="one_reaction")
        ]

    def __str__(self):
        return f"{self.emoji} of {self.user_id} at {self.message_id}"
