"""The part of a membership that says what its user wants to be notified of."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class NotificationLevel(models.TextChoices):
    """What a person is notified about while they are away."""

    EVERYTHING = "everything", _("Every message")
    MENTIONS = "mentions", _("Only mentions of me")
    NOTHING = "nothing", _("Nothing")


class Levels(models.Model):
    """A level for mails, and one for pushes to the person's devices."""

    notification_level = models.CharField(
        _("notification level"),
        max_length=10,
        choices=NotificationLevel,
        default=NotificationLevel.MENTIONS,
    )
    # At level EVERYTHING, notify of messages after this position: the last when it was chosen.
    notify_after = models.PositiveBigIntegerField(default=0, editable=False)
    push_level = models.CharField(
        _("push level"),
        max_length=10,
        choices=NotificationLevel,
        default=NotificationLevel.MENTIONS,
        db_default=NotificationLevel.MENTIONS,
    )
    push_after = models.PositiveBigIntegerField(default=0, db_default=0, editable=False)

    class Meta:
        abstract = True
