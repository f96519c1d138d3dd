"""All actions on invitations and login links."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from core.views import require

from ..account_news import record_and_notify
from ..audit import Act
from ..locking import lock_administrator, lock_inviter, lock_people, require_active
from ..models import Invitation, LoginLink, User, hash_token, new_token

LOGIN_LINK_LIFE = timedelta(hours=24)


class LinkSpent(Exception):
    """The link was used up, revoked or expired in the meantime."""


@transaction.atomic
def create_invitation(
    author: User, note: str = "", days: int | None = None, uses: int | None = None
) -> tuple[Invitation, str]:
    """Create an invitation. Return (invitation, token).

    It is valid for `days` days and `uses` uses; None means no limit. Raise PermissionDenied if
    `author` may not invite people, or no longer may.
    """
    lock_inviter(author)
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
def revoke_invitation(invitation: Invitation, by: User | None = None) -> None:
    """Revoke an invitation.

    Raise PermissionDenied if `by` is neither its author nor an administrator, or no longer is.
    """
    if by is not None:
        current = require_active(by, lock_people(by))
        require(current.is_administrator or invitation.created_by_id == by.pk)
    Invitation.objects.filter(pk=invitation.pk).revoke()


@transaction.atomic
def issue_login_link(author: User, user: User) -> tuple[LoginLink, str]:
    """Create a link that logs `user` in once within 24 hours. Return (link, token).

    Earlier links of `user` are revoked. Raise PermissionDenied if `author` is not an administrator,
    or no longer is, or if `user` is deactivated or a bot.
    """
    require(require_active(user, lock_administrator(author, user)).can_log_in)
    LoginLink.objects.filter(user=user).revoke()
    token = new_token()
    link = LoginLink.objects.create(
        created_by=author,
        user=user,
        expires_at=timezone.now() + LOGIN_LINK_LIFE,
        uses_left=1,
        token_hash=hash_token(token),
    )
    record_and_notify(Act.LOGIN_LINK_MADE, author, user)
    return link, token


@transaction.atomic
def use_link(link: Invitation | LoginLink) -> None:
    """Count one use of an invitation or a login link. Raise LinkSpent if none is left.

    A single UPDATE decides, so only one of several simultaneous requests gets the last use.
    """
    usable = type(link).objects.usable().filter(pk=link.pk)
    if not usable.update(uses_left=F("uses_left") - 1):
        raise LinkSpent


@transaction.atomic
def use_login_link(link: LoginLink) -> None:
    """Use up a login link and log it. Raise LinkSpent if it cannot be used any more."""
    use_link(link)
    record_and_notify(Act.LOGIN_LINK_USED, link.created_by, link.user)
