"""Everything that a person can do about people. Each saves in one transaction, then tells."""

from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from . import languages
from .access.revision import narrow_access
from .account_news import record_and_tell
from .audit import Act, record
from .email_addresses import OutOfDate as OutOfDate
from .email_addresses import change_email
from .email_addresses import confirm_email as confirm_email
from .locking import (
    lock_administrator,
    lock_people,
    lock_unchanged,
    require_active,
    require_administrator,
)
from .models import Invitation, LoginLink, User, Workspace, hash_token, new_token
from .names.skeletons import people_like
from .sessions import store
from .signals import person_deactivated

LOGIN_LINK_LIFE = timedelta(hours=24)


class LastAdministrator(Exception):
    """The workspace would be left without anybody who can look after it."""


class LinkSpent(Exception):
    """A link was used up, revoked or expired in the meantime."""


@transaction.atomic
def set_up_workspace(name, signup, username, email, password, language="en", time_zone="UTC"):
    """Make the workspace and its first administrator; return that User.

    Raises IntegrityError where somebody else was faster.
    """
    Workspace.objects.create(pk=1, name=name, signup=signup, language=language, time_zone=time_zone)
    administrator = User.objects.create_user(username, email, password, is_administrator=True)
    _forget_languages()
    return administrator


@transaction.atomic
def save_workspace(by=None, **changes):
    """Set `name`, `signup`, `language` … of the workspace, and nothing else.

    Raises PermissionDenied if `by` is not an administrator (any more).
    """
    Workspace.lock()
    lock_administrator(by)
    Workspace.objects.filter(pk=1).update(**changes)
    _forget_languages()


@transaction.atomic
def save_profile(user, by=None, **changes):
    """Set `display_name`, `language` … of a person, and nothing else.

    Raises IntegrityError if a name was just taken, and PermissionDenied if `by`, who is `user` or
    an administrator, is not allowed to (any more).
    """
    locked = lock_people(user, by, *_lock_names(user, changes))
    if by is not None and by.pk == user.pk:
        require_active(by, locked)
    elif by is not None:
        require_administrator(by, locked)
    for field, value in changes.items():
        setattr(user, field, value)
    user.save(update_fields=list(changes))
    _forget_languages()


def _lock_names(user, changes):
    """Let nobody else take a name meanwhile; return whom the new names of `user` concern."""
    names = [changes[field] for field in ("username", "display_name") if field in changes]
    if not names:
        return []
    Workspace.lock()
    return people_like(user, *names)


@transaction.atomic
def correct_person(person, by, **changes):
    """Set the username, address … of a person for them; raises what save_profile raises."""
    email = changes.pop("email", None)
    save_profile(person, by=by, **changes)  # first: it locks the workspace, if a name changes
    if email is not None:
        change_email(person, email, by=by)
    if changes.keys() & {"username", "display_name"}:
        record_and_tell(Act.NAME_CHANGED, by, person)


@transaction.atomic
def change_password(user, password, stored_key=None):
    """Give `user` a new password; it ends their sessions but the one of `stored_key`.

    Raises PermissionDenied if somebody changed the password or the address, or deactivated the
    account, since `user` was read.
    """
    lock_unchanged(user)
    user.set_password(password)
    user.save(update_fields=["password"])
    LoginLink.objects.filter(user=user).revoke()
    narrow_access([user.pk])
    user.sessions.exclude(pk=stored_key or "").delete()


@transaction.atomic
def create_invitation(author, note="", days=None, uses=None):
    """Make an invitation for `days` and so many `uses` (None: no end); return (it, its secret).

    Raises PermissionDenied if `author` is not an administrator (any more).
    """
    lock_administrator(author)
    token = new_token()
    expires_at = timezone.now() + timedelta(days=days) if days else None
    invitation = Invitation.objects.create(
        created_by=author,
        note=note,
        expires_at=expires_at,
        uses_left=uses,
        token_hash=hash_token(token),
    )
    return invitation, token


@transaction.atomic
def revoke_invitation(invitation, by=None):
    """Let nobody else in by this invitation; PermissionDenied as for `create_invitation`."""
    lock_administrator(by)
    Invitation.objects.filter(pk=invitation.pk).revoke()


@transaction.atomic
def issue_login_link(author, user):
    """Make the one link that lets `user` in once, within 24 hours; return (it, its secret).

    Raises PermissionDenied if `author` is not an administrator (any more), or `user` is shut out.
    """
    require_active(user, lock_administrator(author, user))
    LoginLink.objects.filter(user=user).revoke()
    token = new_token()
    link = LoginLink.objects.create(
        created_by=author,
        user=user,
        expires_at=timezone.now() + LOGIN_LINK_LIFE,
        uses_left=1,
        token_hash=hash_token(token),
    )
    record_and_tell(Act.LOGIN_LINK_MADE, author, user)
    return link, token


@transaction.atomic
def use_link(link):
    """Count one use of an invitation or a login link; LinkSpent where none is left.

    One UPDATE decides, so a race for the last use has one winner.
    """
    usable = type(link).objects.usable().filter(pk=link.pk)
    if not usable.update(uses_left=F("uses_left") - 1):
        raise LinkSpent


@transaction.atomic
def use_login_link(link):
    """Use up a login link and record whom it lets in; LinkSpent if somebody was faster."""
    use_link(link)
    record_and_tell(Act.LOGIN_LINK_USED, link.created_by, link.user)


@transaction.atomic
def make_administrator(user, by=None, reason=""):
    """Let `user` look after the workspace.

    This and the acts below raise PermissionDenied if `by` is not an administrator (any more).
    """
    lock_administrator(by, user)
    User.objects.filter(pk=user.pk).update(is_administrator=True)
    record_and_tell(Act.ADMINISTRATOR_MADE, by, user, detail=reason)


@transaction.atomic
def unmake_administrator(user, by=None, reason=""):
    """Take that right from `user`, with the invitations and login links that they made.

    Raises LastAdministrator where nobody else has it.
    """
    _keep_an_administrator(user, by)
    User.objects.filter(pk=user.pk).update(is_administrator=False)
    _revoke_links_of(user)
    record_and_tell(Act.ADMINISTRATOR_UNMADE, by, user, detail=reason)


@transaction.atomic
def deactivate(user, by=None, reason=""):
    """Shut `user` out at once and everywhere, with the invitations and login links they made.

    Who did it and why stand in the log. Raises LastAdministrator where nobody would be left.
    """
    _keep_an_administrator(user, by)
    User.objects.filter(pk=user.pk).update(is_active=False)
    LoginLink.objects.filter(user=user).revoke()
    _revoke_links_of(user)
    _log_out(user)
    person_deactivated.send(User, person=user)
    record(Act.PERSON_DEACTIVATED, by, person=user, detail=reason)


@transaction.atomic
def reactivate(user, by=None, reason=""):
    """Let `user` log in again."""
    lock_administrator(by, user)
    User.objects.filter(pk=user.pk).update(is_active=True)
    record_and_tell(Act.PERSON_REACTIVATED, by, user, detail=reason)


@transaction.atomic
def end_session(user, stored_key):
    """Log `user` out of one session, with the sockets that it opened."""
    lock_people(user)
    store.end(store.sessions_of(user).filter(pk=stored_key))


@transaction.atomic
def end_other_sessions(user, stored_key):
    """Log `user` out everywhere but in one session; PermissionDenied if that was ended itself."""
    lock_people(user)
    if not store.sessions_of(user).filter(pk=stored_key).exists():
        raise PermissionDenied
    store.end(store.sessions_of(user).exclude(pk=stored_key))


@transaction.atomic
def reset_second_factor(user, by=None, reason=""):
    """Let `user` log in with a password alone again, and log them out of what is open now."""
    lock_administrator(by, user)
    Authenticator.objects.filter(user=user).delete()
    _log_out(user)
    record_and_tell(Act.SECOND_FACTOR_RESET, by, user, detail=reason)


def _keep_an_administrator(user, by):
    """Refuse to lose the last one, also if two administrators unmake each other at once."""
    locked = lock_people(user, by, administrators=True)
    if by is not None:
        require_administrator(by, locked)
    if [row.pk for row in locked.values() if row.is_administrator and row.is_active] == [user.pk]:
        raise LastAdministrator


def _revoke_links_of(administrator):
    """Let nobody in by a link that `administrator` made: they may have kept its address."""
    LoginLink.objects.filter(created_by=administrator).revoke()
    Invitation.objects.filter(created_by=administrator).revoke()


def _log_out(user):
    """End every session of `user`, and every login that is under way."""
    User.objects.filter(pk=user.pk).update(logged_out_at=timezone.now())
    narrow_access([user.pk])
    user.sessions.all().delete()


def _forget_languages():
    transaction.on_commit(languages.forget, robust=True)
