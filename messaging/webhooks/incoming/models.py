"""The incoming webhooks of rooms."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rooms.models import Room
from users.models import hash_token


class IncomingWebhookQuerySet(models.QuerySet):
    def current(self):
        """Return those that are not revoked."""
        return self.filter(revoked_at=None)

    def usable(self):
        """Return those that can post, if their bot may: it and its owner are active."""
        return self.current().filter(bot__is_active=True, bot__owner__is_active=True)

    def for_token(self, token):
        """Return a queryset of the webhook with this `token` of its address: one row or none."""
        return self.filter(token_hash=hash_token(token))

    def for_list(self):
        """Return the current ones, newest first, with their bots and who made them."""
        return self.current().select_related("bot__owner", "created_by")


class IncomingWebhook(models.Model):
    """A secret address of a room. What programs post there becomes messages of `bot` in `room`."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="incoming_webhooks")
    bot = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="incoming_webhooks"
    )
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    # Whether the `username` of a payload is shown, as "Deploys · via CI".
    shows_names = models.BooleanField(_("show the names that the program gives"), default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", editable=False
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    used_at = models.DateTimeField(null=True, editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)

    objects = IncomingWebhookQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return f"Incoming webhook {self.pk} of {self.room_id}"
