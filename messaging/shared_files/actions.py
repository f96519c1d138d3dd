"""What people do with files that they have sent. Each can be repeated, and is pushed to pages."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.views import require
from rooms.locking import lock_act, lock_room
from rooms.models import Room
from rooms.moderation.models import Sanction
from users.locking import lock_people, require_active
from users.models import User

from ..attachments.actions import remove
from ..attachments.models import Attachment
from ..attachments.snapshots import KEY, snapshot_of
from ..message.actions import change_message, delete_message
from ..message.models import Message
from .queries import files_by, reason_to_keep


class LastFile(Exception):
    """A message without text would show nothing without its last file."""


@transaction.atomic
def remove_file(message: Message, file_id: int, by: User) -> bool:
    """Remove a file from `message`, which is an edited one then; return False if it has no such.

    Raise LastFile, or PermissionDenied if `by` cannot edit the message (any more).
    """
    _lock(message, by)
    removed = list(_files(message).filter(pk=file_id))
    if not removed:
        return False
    if not message.body and _files(message).count() == 1:
        raise LastFile
    _take(message, removed)
    return True


@transaction.atomic
def describe_pictures(message: Message, alts: Mapping[int, str], by: User) -> bool:
    """Change what the files of `message` with these ids show, in words; False if nothing changed.

    It does not make the message an edited one. Raise PermissionDenied as `remove_file` does.
    """
    _lock(message, by)
    changed = [
        attachment
        for attachment in _files(message).filter(pk__in=alts)
        if attachment.alt != alts[attachment.pk]
    ]
    for attachment in changed:
        attachment.alt = alts[attachment.pk]
    Attachment.objects.bulk_update(changed, ["alt"])
    return bool(changed) and change_message(message, extras={KEY: _snapshot(message)})


def delete_own_files(person: User, ids: Collection[int]) -> int:
    """Delete these of the files that `person` has sent; return how many.

    They go out of their messages, also in rooms that `person` has left. A message that has nothing
    else is deleted. Those of archived rooms stay, and those of rooms where `person` is muted or
    banned: what is there cannot be changed.
    """
    theirs = files_by(person).filter(pk__in=ids)
    messages = Message.objects.filter(pk__in=theirs.values("message")).order_by("room_id", "pk")
    return sum(_delete_from(message, person, ids) for message in messages.select_related("room"))


@transaction.atomic
def _delete_from(message: Message, person: User, ids: Collection[int]) -> int:
    people = lock_people(person)
    lock_room(message.room)
    if not _may_delete(message.room, require_active(person, people)):
        return 0
    message.read_again()
    files = _files(message).filter(owner=person)
    removed = list(files.filter(pk__in=ids))
    if not removed or message.is_deleted:
        return 0
    if not message.body and len(removed) == _files(message).count():
        delete_message(message)
    else:
        _take(message, removed)
    return len(removed)


def _may_delete(room: Room, person: User) -> bool:
    membership = room.membership_of(person)
    sanctions = Sanction.objects.filter(room=room, user=person)
    is_muted = membership.is_muted if membership else sanctions.mutes().exists()
    return not reason_to_keep(room, sanctions.bans().exists(), is_muted)


def _lock(message: Message, by: User) -> None:
    """Lock the room of `message`. Raise PermissionDenied unless `by` may edit the message."""
    acting, _nobody = lock_act(message.room, by)
    message.read_again()
    require(message.can_be_edited_by(acting))


def _files(message: Message) -> Any:
    return Attachment.objects.filter(message=message, is_removed=False)


def _take(message: Message, removed: list[Attachment]) -> None:
    remove(removed)
    change_message(message, extras={KEY: _snapshot(message)}, edited_at=timezone.now())


def _snapshot(message: Message) -> list[dict[str, Any]] | None:
    """Return what `message` stores of the files that it has now."""
    return snapshot_of(_files(message).select_related("blob").order_by("number")) or None
