"""What a login stands on: the account as it was when somebody proved that it is theirs.

A login may take several requests: a password, then a code of the second factor or of a mail. An
administrator may deactivate the person meanwhile, the owner may change the password. So the session
keeps a fingerprint of the account from the first step. Later steps count only while the account
still has it, and it is compared a last time, under a lock, when the session is stored.

These functions work on the data of a session (a dictionary), as users.sessions.store stores it.
"""

from allauth.account.internal.flows.email_verification_by_code import (
    EMAIL_VERIFICATION_CODE_SESSION_KEY,
)
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.stagekit import LOGIN_SESSION_KEY
from allauth.account.models import EmailAddress
from allauth.account.utils import url_str_to_user_pk
from allauth.mfa.models import Authenticator
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.utils.crypto import constant_time_compare, salted_hmac

from ..locking import lock_person
from ..models import User

BEGUN = "login_begun"  # {"user": their key, "account": the fingerprint}
HALF_A_LOGIN = (
    BEGUN,
    LOGIN_SESSION_KEY,
    EMAIL_VERIFICATION_CODE_SESSION_KEY,
    AUTHENTICATION_METHODS_SESSION_KEY,
)


def begin_login(session, user):
    """Note in `session` what the account of `user` is like, as the first step found it."""
    begun = session.get(BEGUN)
    is_going_on = LOGIN_SESSION_KEY in session and begun and begun["user"] == user.pk
    if not is_going_on:
        session[BEGUN] = {"user": user.pk, "account": _fingerprint(user)}


def drop_outdated_login(data):
    """Take half a login out of a session's data if its account has changed since it began."""
    user = None if SESSION_KEY in data else User.objects.filter(pk=_half_logged_in(data)).first()
    if user is not None and not _may_go_on(data, user):
        _drop_half(data)


def settle_login(data):
    """Lock the account that a session is for, and check that it still is as the login found it.

    Returns False if nobody may be logged in by these data. Half a login is taken out of them if
    its account has changed; a whole one is settled, and what changes from now on does not end it.
    """
    if SESSION_KEY in data:
        return _settle_whole(data)
    user_id = _half_logged_in(data)
    if user_id is not None:
        user = lock_person(user_id)
        if user is None or not _may_go_on(data, user):
            _drop_half(data)
        else:  # a code may have been mailed, and nothing was proved yet
            begin_login(data, user)
    return True


def _settle_whole(data):
    user = lock_person(int(data[SESSION_KEY]))
    begun = data.pop(BEGUN, None)
    if user is None or not user.is_active or not has_password_of(data, user):
        return False
    if begun is None or begun["user"] != user.pk:
        return True
    return _is_unchanged(begun, user) and _has_factors_used(data, user)


def has_password_of(data, user):
    """Return True if a session's data were sealed with the password that `user` has."""
    seals = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return any(constant_time_compare(data.get(HASH_SESSION_KEY, ""), seal) for seal in seals)


def _half_logged_in(data):
    """Return the key of the person whose login is under way, or None."""
    login = data.get(LOGIN_SESSION_KEY)
    user_id = login.get("user_pk") if isinstance(login, dict) else None
    return None if user_id is None else url_str_to_user_pk(user_id)


def _may_go_on(data, user):
    if not user.is_active:
        return False
    begun = data.get(BEGUN)
    if begun is None or begun["user"] != user.pk:
        return _has_address(user, data[LOGIN_SESSION_KEY].get("email"))
    return _is_unchanged(begun, user) and _has_factors_used(data, user)


def _has_address(user, email):
    """Return True if `email`, to which a code was sent, still is an address of `user`."""
    if not email or email.lower() == user.email.lower():
        return True
    return EmailAddress.objects.filter(user=user, email__iexact=email).exists()


def _is_unchanged(begun, user):
    return constant_time_compare(begun["account"], _fingerprint(user))


def _has_factors_used(data, user):
    """Return True if the passkeys and codes by which this login was proved still are theirs."""
    used = {record.get("id") for record in data.get(AUTHENTICATION_METHODS_SESSION_KEY) or []}
    theirs = Authenticator.objects.filter(user=user).values_list("pk", flat=True)
    return used <= {None, *theirs}


def _fingerprint(user):
    """Return what stands for the password, the address and the second factors of `user`."""
    factors = Authenticator.objects.filter(user=user).order_by("pk").values_list("pk", flat=True)
    once = factors.exclude(type=Authenticator.Type.RECOVERY_CODES)
    ends = [user.logged_out_at, user.email_changed_at]
    facts = [user.pk, user.password, user.email.lower(), *ends, *once]
    return salted_hmac("users.logins", repr(facts), algorithm="sha256").hexdigest()


def _drop_half(data):
    for key in HALF_A_LOGIN:
        data.pop(key, None)
