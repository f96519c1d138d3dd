"""How often access was narrowed."""

from django.db import models


class AccessCount(models.Model):
    """How often anybody has lost the right to read, wherever they were."""

    revision = models.PositiveBigIntegerField(default=0, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="access_count_is_the_only_one")
        ]

    def __str__(self):
        return str(self.revision)
