"""An earlier text of a message."""

from datetime import timedelta

from django.db import models

# How long earlier texts are kept, unless the message is reported.
VERSIONS_KEPT = timedelta(days=30)
# Of one message: a text counts with its length. The first and the newest are always kept.
MAX_VERSIONS = 20
MAX_CHARACTERS = 40_000


class Version(models.Model):
    """What a message said from `written_at` until its author edited it at `replaced_at`.

    Only reports show it: see messaging.reports. `is_held` is true if the message was reported since
    and the report is open; then it survives the deletion of the message, as the quote in the
    report does.
    """

    ends_with_message = models.Q(is_held=False)

    message = models.ForeignKey(
        "messaging.Message", on_delete=models.CASCADE, related_name="versions"
    )
    body = models.TextField()
    written_at = models.DateTimeField()
    replaced_at = models.DateTimeField(db_index=True)
    is_held = models.BooleanField(default=False)

    def __str__(self):
        return f"Version {self.pk} of {self.message_id}"

    @property
    def stood(self):
        """How long it was what the message said."""
        return self.replaced_at - self.written_at
