"""Stored files, and the bytes of those that the database itself keeps."""

import secrets
from datetime import timedelta

from django.db import models
from django.db.models import Count, Exists, F, Max, OuterRef, Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

# How long a file that was uploaded waits to be used: a composer may show it until then.
UNUSED_KEPT = timedelta(hours=1)


def new_key():
    """Return the key of a new file: 128 random bits, which nobody can guess."""
    return secrets.token_urlsafe(16)


class BlobQuerySet(models.QuerySet):
    def totals(self):
        """Return the `count` of these files, their `bytes` with their small pictures, and the size
        of the `largest`."""
        stored = Sum(F("size") + F("small_size"))
        largest = Coalesce(Max("size"), 0)
        return self.aggregate(count=Count("pk"), bytes=Coalesce(stored, 0), largest=largest)

    def orphans(self, before):
        """Return the blobs to which no row refers: those once used, and those made `before`."""
        unused = self.filter(Q(claimed_at__isnull=False) | Q(created_at__lt=before))
        for relation in self.model._meta.related_objects:
            users = relation.related_model._base_manager.filter(
                **{relation.field.name: OuterRef("pk")}
            )
            unused = unused.exclude(Exists(users))
        return unused


class Blob(models.Model):
    """A stored file. Its bytes are in a store, under `name`; a picture's small one is `small_name`.

    The row is written first, then the bytes, then whoever uses the file refers to it: so no bytes
    are without a row. A blob to which no row refers is forgotten: see `files.tasks`.
    """

    class Kind(models.TextChoices):
        PICTURE = "picture"
        VIDEO = "video"
        AUDIO = "audio"
        TEXT = "text"
        OTHER = "other"

    key = models.CharField(primary_key=True, max_length=22, default=new_key, editable=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    # How the bytes are sent: see `files.kinds`.
    content_type = models.CharField(max_length=100)
    # In bytes; the small picture is not counted in `size`.
    size = models.PositiveBigIntegerField()
    small_size = models.PositiveIntegerField(default=0)
    # Of a picture, in pixels, as it is shown; else 0.
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    small_width = models.PositiveIntegerField(default=0)
    small_height = models.PositiveIntegerField(default=0)
    is_animated = models.BooleanField(default=False)
    # The `name` of the store that has the bytes: see `files.stores`.
    stored_in = models.CharField(max_length=20)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    # Set in the transaction that first uses the file.
    claimed_at = models.DateTimeField(null=True, blank=True)

    objects = BlobQuerySet.as_manager()

    def __str__(self):
        return self.key

    @property
    def small_name(self):
        """The name of the small picture in the store; the file itself is named by its key."""
        return f"{self.key}.small"

    @property
    def names(self):
        """The names of all its bytes in the store."""
        return [self.key, self.small_name] if self.small_size else [self.key]


class Piece(models.Model):
    """A part of the bytes that are stored in the database, at most 256 KiB."""

    name = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "number"], name="one_piece_a_number")
        ]

    def __str__(self):
        return f"Piece {self.number} of {self.name}"
