"""Which messages of a room are pinned."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from rooms.models import Room

from ..message.models import Message

MAX_PINS = 50  # in one room


class PinQuerySet(models.QuerySet):
    def for_display(self):
        """Return the pins, newest first, with all that their list shows."""
        shown = ("message__author", "message__room", "message__reply_to__author", "pinned_by")
        return self.select_related(*shown).order_by("-pk")


class Pin(models.Model):
    """A pinned message. It ends when the message is unpinned or deleted."""

    ends_with_message = models.Q()

    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="pin")
    # The message's, so that the pins of a room are found without reading its messages.
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="+")
    pinned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    pinned_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = PinQuerySet.as_manager()

    def __str__(self):
        return f"Pin of message {self.message_id}"
