"""Lock users and reload them before an action writes.

A view decides by what it read at its start. An administrator may deactivate or demote the user
meanwhile, so an action reads them again, under a lock, before it writes. Locks are always taken in
the same order to prevent deadlocks: the workspace, then users, then the access count
(users.access.revision), then rooms, by primary key.
"""

from django.core.exceptions import PermissionDenied
from django.db.models import Q

from .models import User, Workspace


def lock_people(*people, administrators=False):
    """Lock these users, and all administrators if `administrators`. Return {pk: current User}.

    None among `people` is skipped.
    """
    wanted = Q(pk__in=[person.pk for person in people if person is not None])
    if administrators:
        wanted |= Q(is_administrator=True)
    return lock_all(wanted)


def lock_person(pk):
    """Lock the user with this primary key and return the current User, or None."""
    return lock_all(Q(pk=pk)).get(pk)


def lock_all(wanted):
    """Lock the users that match the Q `wanted`. Return {pk: current User}."""
    # no_key, so that inserting rows that refer to a user, such as messages, does not have to wait.
    rows = User.objects.select_for_update(no_key=True).filter(wanted).order_by("pk")
    return {row.pk: row for row in rows}


def require_active(person, locked):
    """Return the current `person` from `locked`. Raise PermissionDenied if deactivated."""
    current = locked.get(person.pk)
    if current is None or not current.is_active:
        raise PermissionDenied
    return current


def require_administrator(person, locked):
    """Return the current `person` from `locked`. Raise PermissionDenied unless an administrator."""
    current = require_active(person, locked)
    if not current.is_administrator:
        raise PermissionDenied
    return current


def require_own(person, by, locked):
    """Return the current `by` from `locked`.

    Raise PermissionDenied unless `by` is the active `person`, the active owner of this bot or an
    administrator.
    """
    owners = (person.pk, locked[person.pk].owner_id)
    require = require_active if by.pk in owners else require_administrator
    return require(by, locked)


def require_owner(bot, locked):
    """Raise PermissionDenied unless the owner of `bot`, who must be in `locked`, is active."""
    owner = locked.get(locked[bot.pk].owner_id)
    if owner is None or not owner.is_active:
        raise PermissionDenied


def lock_unchanged(user):
    """Lock `user` and return the current User.

    Raise PermissionDenied if they were deactivated, or their password or e-mail address changed,
    since `user` was read: an authentication from before is no longer valid.
    """
    current = require_active(user, lock_people(user))
    if (current.password, current.email) != (user.password, user.email):
        raise PermissionDenied
    return current


def lock_administrator(by, *people):
    """Lock `by` and `people`. Return {pk: current User}.

    Raise PermissionDenied unless `by` is an active administrator. `by` is None for commands and the
    demo, which need no permission.
    """
    locked = lock_people(by, *people)
    if by is not None:
        require_administrator(by, locked)
    return locked


def lock_inviter(author):
    """Lock the workspace and `author`.

    Raise PermissionDenied unless `author` is active and may invite people to the workspace.
    """
    Workspace.lock()
    current = require_active(author, lock_people(author))
    workspace = Workspace.current()
    if workspace is None or not workspace.lets_invite(current):
        raise PermissionDenied
