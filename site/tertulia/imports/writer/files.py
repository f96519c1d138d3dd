"""The files of imported messages: kept as uploads are, or a line that names them."""

from collections import Counter
from collections.abc import Iterable
from tempfile import TemporaryFile
from typing import BinaryIO

from django.conf import settings

from files.actions import Refused, keep
from files.limits import require_size
from files.names import clean_name, named_for
from files.stores import PIECE
from messaging.attachments.models import MAX_ALT, Attachment
from rooms.models import Room
from users.models import User

from .. import reasons
from ..archive import FAULTS
from ..records import FileHere, Unreadable
from .bodies import clean_body

REASONS = {
    "empty": reasons.FILE_EMPTY,
    "too_large": reasons.FILE_TOO_LARGE,
    "full": reasons.FILE_NO_SPACE,
    "unavailable": reasons.FILE_NOT_STORED,
}


def keep_files(
    files: Iterable[FileHere], room: Room, owner: User, wanted: bool, skipped: Counter[str]
) -> tuple[list[Attachment], list[str]]:
    """Return the Attachments of what could be stored, and the names of the others.

    Not in a transaction: see files.actions.keep. Nobody's share counts, only the whole quota.
    """
    kept, missing = [], []
    for file in files:
        reason = reason_against(file, wanted)
        if reason is None:
            try:
                kept.append(_keep(file, room, owner))
            except Refused as refused:
                reason = REASONS[refused.code]
            except (Unreadable, *FAULTS):
                reason = reasons.UNREADABLE
        if reason:
            skipped[reason] += 1
            missing.append(file.name)
    return kept, missing


def reason_against(file: FileHere, wanted: bool) -> str | None:
    """Return why `file` is left out, or None if it is to be kept."""
    if file.open is None:
        return reasons.FILE_NOT_HERE
    return None if wanted else reasons.FILE_NOT_CHOSEN


def _keep(file: FileHere, room: Room, owner: User) -> Attachment:
    name = clean_name(file.name)
    assert file.open is not None
    with file.open() as opened, TemporaryFile() as copy:
        _copy(opened, copy)
        blob = keep(copy, name)
    return Attachment.objects.create(
        blob=blob,
        owner=owner,
        room=room,
        name=named_for(name, blob.content_type),
        alt=clean_body(file.alt)[:MAX_ALT],
    )


def _copy(source: BinaryIO, target: BinaryIO) -> None:
    """Copy a file that may be of any size; raise Refused if it is larger than a file may be."""
    while piece := source.read(PIECE):
        target.write(piece)
        if target.tell() > settings.FILES_LIMIT:
            raise Refused("too_large")
    require_size(target.tell())
