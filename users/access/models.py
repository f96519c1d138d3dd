"""The counter of lost access."""

from django.db import models


class AccessCount(models.Model):
    """A single row that counts how often users have lost access, in any room."""

    revision = models.PositiveBigIntegerField(default=0, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="access_count_is_the_only_one")
        ]

    def __str__(self):
        return str(self.revision)
