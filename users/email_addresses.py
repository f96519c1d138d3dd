"""Actions that change and confirm e-mail addresses; users.actions exports them too."""

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone

from core.mailboxes import normalize_email
from core.views import require

from .account_news import record_and_notify
from .audit import Act
from .locking import lock_administrator, lock_people, lock_unchanged
from .models import LoginLink, User


class OutOfDate(Exception):
    """The user's address has changed, or the user was deactivated, since the action began."""


@transaction.atomic
def change_email(user, email, by=None, is_confirmed=False):
    """Make `email` the only address of `user`. Return its EmailAddress.

    Codes, links and unfinished logins from before become invalid. `by` is the administrator who
    changes the address for the user. Pass `is_confirmed` if the user has proved that the address is
    theirs.

    Raise ValidationError if `email` is invalid, IntegrityError if somebody else has it, and
    PermissionDenied if `by` is not (or no longer) an administrator or, without `by`, if `user` was
    deactivated, or their password or address changed, since they were read. Bots have no address.
    """
    email = normalize_email(email)
    old = lock_administrator(by, user)[user.pk] if by else lock_unchanged(user)
    require(not old.is_bot)
    is_known = User.objects.with_confirmed_email().filter(pk=user.pk).exists()
    user.email, user.email_changed_at = email, timezone.now()
    user.save(update_fields=["email", "email_changed_at"])
    EmailAddress.objects.filter(user=user).delete()
    address = EmailAddress.objects.create(
        user=user, email=user.email, primary=True, verified=is_confirmed
    )
    LoginLink.objects.filter(user=user).revoke()
    record_and_notify(Act.EMAIL_CHANGED, by, user, email=old.email if is_known else None)
    return address


@transaction.atomic
def confirm_email(user, email, instead_of):
    """Make `email`, which `user` has proved to be theirs, their confirmed address. Return it.

    Raise OutOfDate if their address is no longer `instead_of`, or they were deactivated, and
    IntegrityError if somebody else has the address.
    """
    current = lock_people(user)[user.pk]
    if current.email != instead_of or not current.is_active:
        raise OutOfDate
    if email != current.email:
        return change_email(current, email, is_confirmed=True)
    EmailAddress.objects.filter(user=user).exclude(email=email).delete()
    address, _created = EmailAddress.objects.update_or_create(
        user=user, email=email, defaults={"primary": True, "verified": True}
    )
    return address
