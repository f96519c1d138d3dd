"""A file that somebody has sent."""

from django.db import models
from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce

from core.text import search_key
from files.models import Blob
from files.names import MAX_NAME
from rooms.models import Room
from users.models import User

MAX_FILES = 10  # of a message
MAX_ALT = 1_000  # characters


_IS_SHOWN = Q(message__isnull=False, is_removed=False, message__deleted_at__isnull=True)


class AttachmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return the files that `user` may open.

        They are in a message that is there, in a room that `user` can see, or `user` has uploaded
        them and not sent them yet.
        """
        if not (user.is_authenticated and user.is_active):
            return self.none()
        rooms = Room.objects.visible_to(user)
        return self.filter(_IS_SHOWN | Q(message=None, owner=user), room__in=rooms)

    def shown(self):
        """Return the files that are in a message."""
        return self.filter(_IS_SHOWN)

    def waiting(self, owner, room):
        """Return what `owner` has uploaded to `room` and not sent yet."""
        return self.filter(owner=owner, room=room, message=None).select_related("blob")

    def stored_bytes(self):
        """Return the bytes of these files and of their small pictures."""
        return self.totals()["bytes"]

    def totals(self):
        """Return the `count` of these files and their `bytes`, with their small pictures."""
        stored = Sum(F("blob__size") + F("blob__small_size"))
        return self.aggregate(count=Count("pk"), bytes=Coalesce(stored, 0))


class Attachment(models.Model):
    """A file that `owner` has uploaded to `room`. `message` is None until it is sent.

    What the fragment shows of it is in `Message.extras["files"]`: see `snapshots`.

    `is_held` is true if the message was reported and the report is open: then it survives the
    deletion of the message, for moderators only. `is_removed` is true if the author has removed it
    from the message since.
    """

    ends_with_message = Q(is_held=False)

    blob = models.OneToOneField(Blob, on_delete=models.CASCADE, related_name="attachment")
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="attachments")
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="attachments")
    message = models.ForeignKey(
        "messaging.Message",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="attachments",
    )
    # Its place among the files of the message: 0, 1, 2 …
    number = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(max_length=MAX_NAME)
    # The name as it is searched for.
    name_key = models.CharField(max_length=255, blank=True, editable=False)
    # What a picture shows, for those who cannot see it.
    alt = models.CharField(max_length=MAX_ALT, blank=True)
    is_held = models.BooleanField(default=False)
    is_removed = models.BooleanField(default=False)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        indexes = [
            # For the files of a room, and those of a person, the newest first.
            models.Index(
                fields=["room", "id"], condition=Q(message__isnull=False), name="files_of_a_room"
            ),
            models.Index(
                fields=["owner", "id"], condition=Q(message__isnull=False), name="files_of_a_person"
            ),
        ]

    def __str__(self):
        return f"Attachment {self.pk} of {self.message_id}"

    def save(self, **options):
        self.name_key = search_key(self.name)[:255]
        super().save(**options)
