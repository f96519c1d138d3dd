"""People as they are when an action writes: read again, and locked to the end of its transaction.

A view decides by what it read at its start. An administrator may have deactivated or demoted the
person since, so an action reads them again before it writes. Locks are always taken in one order,
so that no two transactions wait for each other: the workspace, then people, then the count of those
who lost access (users.access.revision), then rooms, by key.
"""

from django.core.exceptions import PermissionDenied
from django.db.models import Q

from .models import User


def lock_people(*people, administrators=False):
    """Lock these people, with `administrators` all of those too; return {pk: User as it is now}.

    None among `people` is skipped.
    """
    wanted = Q(pk__in=[person.pk for person in people if person is not None])
    if administrators:
        wanted |= Q(is_administrator=True)
    return lock_all(wanted)


def lock_person(pk):
    """Lock the person of this key and return the User as it is now, or None."""
    return lock_all(Q(pk=pk)).get(pk)


def lock_all(wanted):
    """Lock the people of a condition, a Q; return {pk: User as it is now}."""
    # Without the key: who writes a message refers to its author, and does not wait for this.
    rows = User.objects.select_for_update(no_key=True).filter(wanted).order_by("pk")
    return {row.pk: row for row in rows}


def require_active(person, locked):
    """Return `person` as they are among the `locked`; PermissionDenied if they are shut out."""
    current = locked.get(person.pk)
    if current is None or not current.is_active:
        raise PermissionDenied
    return current


def require_administrator(person, locked):
    """Return `person` as they are among the `locked`; PermissionDenied if they may not act."""
    current = require_active(person, locked)
    if not current.is_administrator:
        raise PermissionDenied
    return current


def lock_unchanged(user):
    """Lock `user` and return them as they are now.

    Raises PermissionDenied if they were deactivated, or got another password or e-mail address,
    since `user` was read: what they proved then counts no longer.
    """
    current = require_active(user, lock_people(user))
    if (current.password, current.email) != (user.password, user.email):
        raise PermissionDenied
    return current


def lock_administrator(by, *people):
    """Lock `by`, who must be an administrator, and `people`; return {pk: User as it is now}.

    Without `by` it is nobody's doing: a command's, or a demonstration's.
    """
    locked = lock_people(by, *people)
    if by is not None:
        require_administrator(by, locked)
    return locked
