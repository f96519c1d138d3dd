"""Set a person's status, clear it, and end those whose time is over."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from ..account_news import record_and_notify
from ..audit import Act
from ..locking import lock_all, lock_people, require_active, require_own
from ..models import User
from ..signals import person_changed
from .current import NONE, ended

AT_ONCE = 500  # people in one transaction


@transaction.atomic
def set_status(person: User, emoji: str, text: str, until: datetime | None) -> None:
    """Show `emoji`, `text` or both beside the name of `person` until then.

    Raise PermissionDenied if they were deactivated.
    """
    current = require_active(person, lock_people(person))
    _save(current, {"status_emoji": emoji, "status_text": text, "status_until": until})


@transaction.atomic
def clear_status(person: User, by: User, reason: str = "") -> None:
    """Clear the status of `person`, if they have one. If `by` is another, the log records it.

    Raise PermissionDenied unless `by` is the active `person` or an administrator.
    """
    locked = lock_people(person, by)
    require_own(person, by, locked)
    if _save(locked[person.pk], NONE) and by.pk != person.pk:
        record_and_notify(Act.STATUS_REMOVED, by, person, detail=reason)


def end_statuses(now: datetime) -> None:
    """Clear the statuses that have ended at `now`, so that open pages show them no more."""
    pks = User.objects.filter(ended(now)).values_list("pk", flat=True)
    while some := list(pks[:AT_ONCE]):
        with transaction.atomic():
            # Whoever has set another meanwhile keeps it.
            for current in lock_all(ended(now) & Q(pk__in=some)).values():
                _save(current, NONE)


def _save(current: User, fields: Mapping[str, Any]) -> bool:
    """Give the locked user `current` these fields. Return True if that changed anything."""
    changed = [name for name, value in fields.items() if getattr(current, name) != value]
    for name in changed:
        setattr(current, name, fields[name])
    if changed:
        current.save(update_fields=changed)
        person_changed.send(User, person=current)
    return bool(changed)
