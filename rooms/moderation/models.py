"""What a room's moderators have laid on a person, whether or not they belong to it now."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from core.changed_fields import ChangedFieldsModel


class SanctionQuerySet(models.QuerySet):
    def bans(self):
        return self.filter(banned_at__isnull=False)

    def mutes(self):
        """Those that keep somebody from writing now."""
        return self.filter(muted_until__gt=timezone.now())

    def for_display(self):
        return self.select_related("user").order_by("user__username_key")


class Sanction(ChangedFieldsModel):
    """A ban, a mute, or when somebody last wrote in slow mode.

    A membership ends when one leaves; this stays, so leaving ends nothing.
    """

    room = models.ForeignKey("rooms.Room", on_delete=models.CASCADE, related_name="sanctions")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sanctions"
    )
    banned_at = models.DateTimeField(null=True, editable=False)
    muted_until = models.DateTimeField(null=True, editable=False)
    # Noted in slow mode only.
    last_posted_at = models.DateTimeField(null=True, editable=False)

    objects = SanctionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "user"], name="one_sanction")]

    def __str__(self):
        return f"{self.user} in {self.room}"
