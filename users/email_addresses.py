"""Changing and confirming e-mail addresses: actions, which users.actions offers with the others."""

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone

from core.mailboxes import normalize_email

from .account_news import record_and_tell
from .audit import Act
from .locking import lock_administrator, lock_people, lock_unchanged
from .models import LoginLink, User


class OutOfDate(Exception):
    """What somebody set out to do rests on a password or an address that has changed since."""


@transaction.atomic
def change_email(user, email, by=None, is_confirmed=False):
    """Make `email` the one address of `user` everywhere and return it as an EmailAddress.

    Codes, links and half logins from before let nobody in any more. `by` is the administrator
    who does it for them; `is_confirmed` says that `user` has shown the address to be theirs.
    Raises ValidationError if it is no address, IntegrityError if somebody else has it, and
    PermissionDenied if `by` is no administrator (any more) or, without `by`, if `user` has changed
    since they were read.
    """
    email = normalize_email(email)
    old = lock_administrator(by, user)[user.pk] if by else lock_unchanged(user)
    is_known = User.objects.with_confirmed_email().filter(pk=user.pk).exists()
    user.email, user.email_changed_at = email, timezone.now()
    user.save(update_fields=["email", "email_changed_at"])
    EmailAddress.objects.filter(user=user).delete()
    address = EmailAddress.objects.create(
        user=user, email=user.email, primary=True, verified=is_confirmed
    )
    LoginLink.objects.filter(user=user).revoke()
    record_and_tell(Act.EMAIL_CHANGED, by, user, email=old.email if is_known else None)
    return address


@transaction.atomic
def confirm_email(user, email, instead_of):
    """Note that `user` has shown `email` to be theirs, and make it their address.

    Raises OutOfDate if their address is no longer `instead_of`, or they were deactivated, and
    IntegrityError if somebody else has confirmed it.
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
