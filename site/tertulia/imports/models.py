"""What was imported: the runs, and where each record of a source became what."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class Import(models.Model):
    """One run of an import, with what it has done so far."""

    source = models.CharField(max_length=20)  # the name of the reader, such as "slack"
    name = models.CharField(max_length=200)  # of the file
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    options = models.JSONField(default=dict)
    started_at = models.DateTimeField(default=timezone.now)
    told_at = models.DateTimeField(default=timezone.now)  # when it last said how far it is
    ended_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, blank=True)  # a sentence, if it could not go on
    done = models.JSONField(default=dict)  # {what: how many}
    skipped = models.JSONField(default=dict)  # {reason: how many}

    class Meta:
        ordering = ["-started_at", "-pk"]

    def __str__(self):
        return f"{self.source}: {self.name}"


class ImportedQuerySet(models.QuerySet):
    def of(self, source, kind):
        """Return the records of `kind` that `source` brought."""
        return self.filter(source=source, kind=kind)

    def remember(self, source, kind, key, number):
        """Note that the record `key` is `number` here, whatever it was before."""
        self.update_or_create(source=source, kind=kind, key=key, defaults={"number": number})


class Imported(models.Model):
    """A record of a source that is here already, so that a repetition does not bring it again."""

    class Kind(models.TextChoices):
        PERSON = "person"
        PLACE = "place"
        MESSAGE = "message"

    source = models.CharField(max_length=120)  # the reader and the workspace it reads, "slack:T1"
    kind = models.CharField(max_length=7, choices=Kind)
    key = models.CharField(max_length=200)  # its id there
    number = models.PositiveBigIntegerField()  # the id here of the User, Room or Message

    objects = ImportedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "kind", "key"], name="imported_once")
        ]

    def __str__(self):
        return f"{self.kind} {self.key} of {self.source}"
