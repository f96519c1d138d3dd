"""Save messages for later. Each act can be repeated, and only the person's own pages hear of it."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from core.views import require
from users.locking import lock_people, require_active
from users.models import User

from ..message.models import Message
from . import broadcasts
from .models import Saved

MAX_SAVED = 1_000  # to do, for one person


class TooManySaved(Exception):
    """The person has MAX_SAVED messages to do."""


@transaction.atomic
def save_message(message: Message, user: User) -> Saved:
    """Save `message` for later; return the Saved. One that is saved keeps its time.

    One that was done is to do again, without a time. Raise TooManySaved, or PermissionDenied if
    `user` cannot see the message (any more) or it was deleted.
    """
    saved = _lock_for(message, user)
    if saved.pk is None or saved.is_done:
        _change(saved, remind_at=None)
    return saved


@transaction.atomic
def remind_of(message: Message, user: User, moment: datetime | None) -> Saved:
    """Save `message` with a new time, or with None without one. See `save_message`."""
    saved = _lock_for(message, user)
    if saved.pk is None or saved.is_done or saved.remind_at != moment:
        _change(saved, remind_at=moment)
    return saved


def _lock_for(message: Message, user: User) -> Saved:
    """Lock `user` and return their Saved of `message`, or a new one that is not stored yet."""
    current = require_active(user, lock_people(user))
    there = Message.objects.visible_to(current).filter(pk=message.pk, deleted_at__isnull=True)
    require(there.exists())
    saved = Saved.objects.filter(user=user, message=message).first()
    if saved is None or saved.is_done:
        _require_room(user)
    return saved or Saved(user=user, message=message)


def _require_room(user: User) -> None:
    if Saved.objects.filter(user=user).to_do().count() >= MAX_SAVED:
        raise TooManySaved


def _change(saved: Saved, remind_at: datetime | None) -> None:
    """Store `saved` as to do, with a time of which the person was not reminded yet."""
    if saved.pk is None or saved.is_done:
        saved.saved_at = timezone.now()
    saved.remind_at = remind_at
    saved.done_at = saved.reminded_at = saved.claimed_at = None
    fields = ["saved_at", "remind_at", "done_at", "reminded_at", "claimed_at"]
    saved.save(update_fields=None if saved.pk is None else fields)
    broadcasts.saved_changed(saved.user_id)


@transaction.atomic
def unsave_message(message: Message, user: User) -> None:
    """Take `message` from the person's list."""
    if Saved.objects.filter(user=user, message=message).delete()[0]:
        broadcasts.saved_changed(user.pk)


@transaction.atomic
def remove_saved(saved: Saved) -> None:
    """Take a message from the person's list, even if they cannot see it any more."""
    saved.delete()
    broadcasts.saved_changed(saved.user_id)


@transaction.atomic
def finish_saved(saved: Saved) -> None:
    """Mark a saved message as done."""
    _set_done(saved, timezone.now())


@transaction.atomic
def reopen_saved(saved: Saved) -> None:
    """Mark a saved message as to do again. Raise TooManySaved."""
    lock_people(saved.user)
    saved.refresh_from_db(fields=["done_at"])
    if saved.is_done:
        _require_room(saved.user)
    _set_done(saved, None)


def _set_done(saved: Saved, moment: datetime | None) -> None:
    rows = Saved.objects.filter(pk=saved.pk, done_at__isnull=moment is not None)
    if rows.update(done_at=moment):
        saved.done_at = moment
        broadcasts.saved_changed(saved.user_id)
