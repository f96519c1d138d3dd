"""All actions on people and the workspace. Each saves in one transaction, then notifies."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from core.views import require

from . import languages
from .access.revision import narrow_access
from .account_news import record_and_notify
from .audit import Act, record
from .bots.actions import end_bots
from .email_addresses import OutOfDate as OutOfDate
from .email_addresses import change_email
from .email_addresses import confirm_email as confirm_email
from .locking import (
    lock_administrator,
    lock_people,
    lock_unchanged,
    require_administrator,
    require_own,
    require_owner,
)
from .models import Invitation, LoginLink, Token, User, Workspace
from .names.skeletons import people_like
from .sessions import store
from .signals import person_changed, person_deactivated
from .status.current import NONE


class LastAdministrator(Exception):
    """The change would leave the workspace without an administrator."""


@transaction.atomic
def set_up_workspace(
    name: str,
    signup: str,
    username: str,
    email: str,
    password: str,
    language: str = "en",
    time_zone: str = "UTC",
    display_name: str = "",
) -> User:
    """Create the workspace and its first administrator. Return that User.

    Raise IntegrityError if the workspace exists already.
    """
    Workspace.objects.create(pk=1, name=name, signup=signup, language=language, time_zone=time_zone)
    administrator = User.objects.create_user(
        username, email, password, display_name=display_name, is_administrator=True
    )
    _forget_languages()
    return administrator


@transaction.atomic
def save_workspace(by: User | None = None, **changes: Any) -> None:
    """Change fields of the workspace, such as `name`, `signup` or `language`, and no others.

    If members may not invite any more, their invitations are revoked. Raise PermissionDenied if
    `by` is not an administrator, or no longer is.
    """
    Workspace.lock()
    lock_administrator(by)
    Workspace.objects.filter(pk=1).update(**changes)
    if changes.get("members_may_invite") is False:
        Invitation.objects.filter(created_by__is_administrator=False).revoke()
    _forget_languages()


@transaction.atomic
def save_profile(user: User, by: User | None = None, **changes: Any) -> None:
    """Change fields of a user, such as `display_name` or `language`, and no others.

    Raise IntegrityError if a name was just taken, and PermissionDenied if `by` is neither the
    active `user` nor an administrator.
    """
    locked = lock_people(user, by, *_lock_names(user, changes))
    if by is not None:
        require_own(user, by, locked)
    for field, value in changes.items():
        setattr(user, field, value)
    user.save(update_fields=list(changes))
    if changes.keys() & {"username", "display_name"}:
        person_changed.send(User, person=user)
    _forget_languages()


def _lock_names(user: User, changes: dict[str, Any]) -> list[User]:
    """Lock the workspace if a name changes. Return the people whose names look like the new ones.

    The lock prevents others from taking a name at the same time.
    """
    names = [changes[field] for field in ("username", "display_name") if field in changes]
    if not names:
        return []
    Workspace.lock()
    return people_like(user, *names)


@transaction.atomic
def correct_person(person: User, by: User, **changes: Any) -> None:
    """Change the username, e-mail address and other fields of `person`, and notify them.

    Raise the exceptions of `save_profile` and `change_email`.
    """
    email = changes.pop("email", None)
    save_profile(person, by=by, **changes)  # first, because it may lock the workspace
    if email is not None:
        change_email(person, email, by=by)
    if changes.keys() & {"username", "display_name"}:
        record_and_notify(Act.NAME_CHANGED, by, person)


@transaction.atomic
def change_password(user: User, password: str, stored_key: str | None = None) -> None:
    """Set a new password and end the sessions of `user`, except the one with this `stored_key`.

    Their login links are revoked too. Raise PermissionDenied if the password or the address was
    changed, or the account deactivated, since `user` was read.
    """
    lock_unchanged(user)
    user.set_password(password)
    user.save(update_fields=["password"])
    LoginLink.objects.filter(user=user).revoke()
    narrow_access([user.pk])
    user.sessions.exclude(pk=stored_key or "").delete()


@transaction.atomic
def make_administrator(user: User, by: User | None = None, reason: str = "") -> None:
    """Make `user`, who is no bot, an administrator.

    This and the other actions with `by` raise PermissionDenied if `by` is not an administrator, or
    no longer is. If `by` is None (a command), they skip the check and log nothing.
    """
    require(not lock_administrator(by, user)[user.pk].is_bot)
    User.objects.filter(pk=user.pk).update(is_administrator=True)
    record_and_notify(Act.ADMINISTRATOR_MADE, by, user, detail=reason)


@transaction.atomic
def unmake_administrator(user: User, by: User | None = None, reason: str = "") -> None:
    """Make `user` an ordinary member, and revoke the invitations and login links they created.

    Raise LastAdministrator if there is no other active administrator.
    """
    _keep_an_administrator(user, by)
    User.objects.filter(pk=user.pk).update(is_administrator=False)
    _revoke_links_of(user)
    record_and_notify(Act.ADMINISTRATOR_UNMADE, by, user, detail=reason)


@transaction.atomic
def deactivate(user: User, by: User | None = None, reason: str = "") -> None:
    """Deactivate `user`: end all their sessions and revoke the links they created.

    Their tokens are revoked, their bots retired and their status cleared. The log records `by` and
    `reason`. Raise LastAdministrator if there is no other active administrator.
    """
    bots = list(user.bots.filter(is_bot=True, is_active=True))
    _keep_an_administrator(user, by, *bots)
    User.objects.filter(pk=user.pk).update(is_active=False, **NONE)
    LoginLink.objects.filter(user=user).revoke()
    _revoke_links_of(user)
    _log_out(user)
    end_bots(list(user.bots.filter(is_bot=True, is_active=True)))
    person_deactivated.send(User, person=user)
    record(Act.PERSON_DEACTIVATED, by, person=user, detail=reason)


@transaction.atomic
def reactivate(user: User, by: User | None = None, reason: str = "") -> None:
    """Allow a deactivated `user` to log in again, and a bot with an active owner to work again.

    What was revoked stays so. The bots of `user` stay retired.
    """
    people = lock_administrator(by, user, user.owner)
    if people[user.pk].is_bot:
        require_owner(user, people)
    User.objects.filter(pk=user.pk).update(is_active=True)
    record_and_notify(Act.PERSON_REACTIVATED, by, user, detail=reason)


@transaction.atomic
def end_session(user: User, stored_key: str) -> None:
    """End one session of `user`, and close the sockets that it opened."""
    lock_people(user)
    store.end(store.sessions_of(user).filter(pk=stored_key))


@transaction.atomic
def end_other_sessions(user: User, stored_key: str) -> None:
    """End all other sessions and all tokens of `user`.

    Raise PermissionDenied if this session was ended itself.
    """
    lock_people(user)
    if not store.sessions_of(user).filter(pk=stored_key).exists():
        raise PermissionDenied
    if Token.objects.filter(user=user).revoke():
        narrow_access([user.pk])
    store.end(store.sessions_of(user).exclude(pk=stored_key))


@transaction.atomic
def reset_second_factor(user: User, by: User | None = None, reason: str = "") -> None:
    """Remove the second factor of `user`, and end all their sessions."""
    lock_administrator(by, user)
    Authenticator.objects.filter(user=user).delete()
    _log_out(user)
    record_and_notify(Act.SECOND_FACTOR_RESET, by, user, detail=reason)


def _keep_an_administrator(user: User, by: User | None, *others: User) -> None:
    """Lock `user`, `by` and `others`. Raise LastAdministrator if `user` is the last one.

    All administrators are locked, so that two cannot demote each other at the same time.
    """
    locked = lock_people(user, by, *others, administrators=True)
    if by is not None:
        require_administrator(by, locked)
    if [row.pk for row in locked.values() if row.is_administrator and row.is_active] == [user.pk]:
        raise LastAdministrator


def _revoke_links_of(administrator: User) -> None:
    """Revoke the links that `administrator` created, because they may have kept the addresses."""
    LoginLink.objects.filter(created_by=administrator).revoke()
    Invitation.objects.filter(created_by=administrator).revoke()


def _log_out(user: User) -> None:
    """End all sessions and tokens of `user`, and all logins in progress."""
    Token.objects.filter(user=user).revoke()
    User.objects.filter(pk=user.pk).update(logged_out_at=timezone.now())
    narrow_access([user.pk])
    user.sessions.all().delete()


def _forget_languages() -> None:
    transaction.on_commit(languages.forget, robust=True)
