"""Sanctions: the mutes and bans of people in a room, whether or not they are members now."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from core.changed_fields import ChangedFieldsModel


class SanctionQuerySet(models.QuerySet):
    def bans(self):
        return self.filter(banned_at__isnull=False)

    def mutes(self):
        """Return the sanctions whose mute has not expired."""
        return self.filter(muted_until__gt=timezone.now())

    def for_display(self):
        return self.select_related("user").order_by("user__username_key")


class Sanction(ChangedFieldsModel):
    """A ban, a mute, or the time of the last post in slow mode, for one person in one room.

    It is kept when the membership ends, so leaving the room does not lift a sanction.
    """

    room = models.ForeignKey("rooms.Room", on_delete=models.CASCADE, related_name="sanctions")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sanctions"
    )
    banned_at = models.DateTimeField(null=True, editable=False)
    muted_until = models.DateTimeField(null=True, editable=False)
    # Set in slow mode only.
    last_posted_at = models.DateTimeField(null=True, editable=False)

    objects = SanctionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "user"], name="one_sanction")]

    def __str__(self):
        return f"{self.user} in {self.room}"
