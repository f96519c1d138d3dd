"""Set a person's picture, and remove it."""

from functools import partial
from io import BytesIO
from typing import BinaryIO

from django.db import transaction
from django.utils import timezone

from files import stores
from files.actions import Refused, forget
from files.models import Blob
from files.pictures import Busy, draw_avatar

from ..account_news import record_and_notify
from ..audit import Act
from ..locking import lock_people, require_active, require_own
from ..models import User
from ..signals import person_changed

SIDE = 96  # pixels


def set_avatar(person: User, file: BinaryIO) -> None:
    """Draw the picture in the uploaded `file` and make it the avatar of `person`.

    Raise Refused with the code "not_a_picture", "busy" or "unavailable", and PermissionDenied if
    `person` was deactivated.
    """
    try:
        drawn = draw_avatar(file)  # not in the transaction: it takes a second
    except Busy as error:
        raise Refused("busy") from error
    if drawn is None:
        raise Refused("not_a_picture")
    try:
        store_avatar(person, drawn)
    except stores.Unavailable as error:
        raise Refused("unavailable") from error


@transaction.atomic
def store_avatar(person: User, drawn: bytes) -> None:
    """Make `drawn`, a small WebP picture of our own, the avatar of `person`.

    It is stored in the database, whatever FILES_URL says: it is small.

    Raise stores.Unavailable, and PermissionDenied if they were deactivated.
    """
    current = require_active(person, lock_people(person))
    store = stores.database()
    blob = Blob(
        kind=Blob.Kind.PICTURE,
        content_type="image/webp",
        size=len(drawn),
        width=SIDE,
        height=SIDE,
        stored_in=store.name,
        claimed_at=timezone.now(),
    )
    blob.save(force_insert=True)
    store.write(blob.key, BytesIO(drawn))
    _change(current, blob)


@transaction.atomic
def remove_avatar(person: User, by: User, reason: str = "") -> None:
    """Remove the avatar of `person`, if they have one; the log records it if `by` is another.

    Raise PermissionDenied unless `by` is the active `person` or an administrator.
    """
    locked = lock_people(person, by)
    require_own(person, by, locked)
    current = locked[person.pk]
    if current.avatar_id is None:
        return
    _change(current, None)
    if by.pk != person.pk:
        record_and_notify(Act.AVATAR_REMOVED, by, person, detail=reason)


def _change(current: User, blob: Blob | None) -> None:
    """Give the locked user `current` this avatar. The old one is forgotten after the commit.

    If that fails, it is an orphan, which `files.tasks` forgets.
    """
    old = current.avatar_id
    current.avatar = blob
    current.save(update_fields=["avatar"])
    if old is not None:
        transaction.on_commit(partial(forget, [old]), robust=True)
    person_changed.send(User, person=current)
