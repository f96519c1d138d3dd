"""Attach files to a message, remove them, and keep those of reported messages."""

from collections.abc import Iterable, Sequence
from typing import Any

from files.actions import claim

from .models import Attachment

type Message = Any  # of messaging.message, which stands on this


class Gone(Exception):
    """A file was sent with another message meanwhile, or waited for too long and was removed."""


def require_waiting(attachments: Iterable[Attachment]) -> None:
    """Raise Gone if one of these was sent or removed since. Needs the lock of their room."""
    keys = [attachment.pk for attachment in attachments]
    if keys and Attachment.objects.filter(pk__in=keys, message=None).count() < len(keys):
        raise Gone


def attach(files: Iterable[tuple[Message, Sequence[Attachment]]]) -> None:
    """Store which message each file belongs to. Needs the lock of their room."""
    attached = []
    for message, attachments in files:
        for number, attachment in enumerate(attachments):
            attachment.message, attachment.number = message, number
            attached.append(attachment)
    if attached:
        Attachment.objects.bulk_update(attached, ["message", "number"])
        claim([attachment.blob_id for attachment in attached])


def remove(attachments: Iterable[Attachment]) -> None:
    """Take files from their message. Those that a report holds stay, for moderators only.

    Needs the lock of their room. The bytes of the others go soon after the commit.
    """
    gone = Attachment.objects.filter(pk__in=[attachment.pk for attachment in attachments])
    gone.filter(is_held=True).update(is_removed=True)
    gone.filter(is_held=False).delete()


def hold_files(message_id: int) -> None:
    """Keep the files of a message until `release_files`, even if its author removes or deletes it.

    Needs the lock of their room, like `release_files`.
    """
    Attachment.objects.filter(message=message_id).update(is_held=True)


def release_files(message_id: int, is_deleted: bool) -> None:
    """End the hold: what was removed meanwhile goes, with a deleted message all of its files."""
    held = Attachment.objects.filter(message=message_id, is_held=True)
    gone = held if is_deleted else held.filter(is_removed=True)
    gone.delete()
    held.update(is_held=False)
