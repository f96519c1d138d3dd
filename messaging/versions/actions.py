"""Keep and drop earlier texts. Nobody who reads the room sees them: no broadcasts.

All of these need the lock of the room, except `forget_versions`.
"""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from .models import MAX_CHARACTERS, MAX_VERSIONS, Version

BATCH = 1_000


def keep_version(message_id: int, body: str, written_at: datetime, replaced_at: datetime) -> None:
    """Keep `body`, which a message said from `written_at` to `replaced_at`, within the limits.

    The first and the newest text are kept. Between them, those that stood for the shortest time are
    dropped first: many quick edits do not push out what people have read.
    """
    Version.objects.create(
        message_id=message_id, body=body, written_at=written_at, replaced_at=replaced_at
    )
    versions = list(Version.objects.filter(message=message_id).order_by("replaced_at", "pk"))
    dropped = []
    while len(versions) > 2 and not _fit(versions):
        dropped.append(min(versions[1:-1], key=lambda version: (version.is_held, version.stood)))
        versions.remove(dropped[-1])
    if dropped:
        Version.objects.filter(pk__in=[version.pk for version in dropped]).delete()


def _fit(versions: list[Version]) -> bool:
    characters = sum(len(version.body) for version in versions)
    return len(versions) <= MAX_VERSIONS and characters <= MAX_CHARACTERS


def hold_versions(message_id: int) -> None:
    """Keep the versions so far until `release_versions`, even if the message is deleted."""
    Version.objects.filter(message=message_id).update(is_held=True)


def release_versions(message_id: int, is_deleted: bool) -> None:
    """End the hold: drop the versions of a deleted message; those of others end with their time."""
    versions = Version.objects.filter(message=message_id)
    if is_deleted:
        versions.delete()
    else:
        versions.update(is_held=False)


def forget_versions(before: datetime, kept: QuerySet[Any]) -> None:
    """Drop the versions replaced before that time, except of the messages whose ids are `kept`."""
    old = Version.objects.filter(is_held=False, replaced_at__lt=before).exclude(message__in=kept)
    while batch := list(old.values_list("pk", flat=True)[:BATCH]):
        Version.objects.filter(pk__in=batch).delete()
