"""Fingerprints of accounts, to void a login if the account changes before it is complete.

A login may take several requests: a password, then a code of the second factor or from an e-mail.
Meanwhile an administrator may deactivate the user, or the user may change the password. So the
session stores a fingerprint of the account at the first step. Later steps count only if it is
unchanged. It is compared a last time, under a lock, when the session is stored.

These functions work on the data of a session, a dictionary, as users.sessions.store stores it.
"""

from allauth.account.internal.flows.email_verification_by_code import (
    EMAIL_VERIFICATION_CODE_SESSION_KEY,
)
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.stagekit import LOGIN_SESSION_KEY
from allauth.account.models import EmailAddress
from allauth.account.utils import url_str_to_user_pk
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils.crypto import constant_time_compare, salted_hmac

from ..locking import lock_person
from ..models import User

BEGUN = "login_begun"  # session key: {"user": primary key, "account": fingerprint}
UNFINISHED_LOGIN_KEYS = (
    BEGUN,
    LOGIN_SESSION_KEY,
    EMAIL_VERIFICATION_CODE_SESSION_KEY,
    AUTHENTICATION_METHODS_SESSION_KEY,
)


def begin_login(session, user):
    """Store the fingerprint of `user` in `session` at the first step of a login."""
    begun = session.get(BEGUN)
    is_going_on = LOGIN_SESSION_KEY in session and begun and begun["user"] == user.pk
    if not is_going_on:
        session[BEGUN] = {"user": user.pk, "account": _fingerprint(user)}


def drop_outdated_login(data):
    """Remove an unfinished login from a session's data if its account has changed since."""
    if SESSION_KEY in data:
        return
    user = User.objects.filter(pk=_unfinished_user_id(data)).first()
    if user is not None and not _may_go_on(data, user):
        _drop_unfinished(data)


def settle_login(data):
    """Lock the account of a session and check that it has not changed since the login began.

    Return False if these data must not log anybody in. An unfinished login is removed from the data
    if its account has changed. A complete login is checked once; later changes do not end it.
    """
    if SESSION_KEY in data:
        return _settle_whole(data)
    user_id = _unfinished_user_id(data)
    if user_id is not None:
        user = lock_person(user_id)
        if user is None or not _may_go_on(data, user):
            _drop_unfinished(data)
        else:  # an e-mailed code may be the first step, with no fingerprint yet
            begin_login(data, user)
    return True


def _settle_whole(data):
    user = lock_person(int(data[SESSION_KEY]))
    begun = data.pop(BEGUN, None)
    if user is None or not user.can_log_in or not has_password_of(data, user):
        return False
    if begun is None or begun["user"] != user.pk:
        return True
    return _is_unchanged(begun, user) and _has_factors_used(data, user)


def is_held_by(user, data):
    """Return True if a session with these data has logged in `user`, as Django's `get_user` asks.

    The account is active, the way to log in is one of ours, and the password unchanged.
    """
    if not user.can_log_in or data.get(SESSION_KEY) != str(user.pk):
        return False
    if data.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return False
    return has_password_of(data, user)


def has_password_of(data, user):
    """Return True if the session was authenticated with the current password of `user`."""
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return any(constant_time_compare(data.get(HASH_SESSION_KEY, ""), current) for current in hashes)


def _unfinished_user_id(data):
    """Return the primary key of the user whose login is unfinished, or None."""
    login = data.get(LOGIN_SESSION_KEY)
    user_id = login.get("user_pk") if isinstance(login, dict) else None
    return None if user_id is None else url_str_to_user_pk(user_id)


def _may_go_on(data, user):
    if not user.can_log_in:
        return False
    begun = data.get(BEGUN)
    if begun is None or begun["user"] != user.pk:
        return _has_address(user, data[LOGIN_SESSION_KEY].get("email"))
    return _is_unchanged(begun, user) and _has_factors_used(data, user)


def _has_address(user, email):
    """Return True if `email`, to which a code was sent, is still an address of `user`."""
    if not email or email.lower() == user.email.lower():
        return True
    return EmailAddress.objects.filter(user=user, email__iexact=email).exists()


def _is_unchanged(begun, user):
    return constant_time_compare(begun["account"], _fingerprint(user))


def _has_factors_used(data, user):
    """Return True if `user` still has the second factors that this login has used."""
    used = {record.get("id") for record in data.get(AUTHENTICATION_METHODS_SESSION_KEY) or []}
    owned = Authenticator.objects.filter(user=user).values_list("pk", flat=True)
    return used <= {None, *owned}


def _fingerprint(user):
    """Return a hash of the password, the address and the second factors of `user`.

    Sessions ended and addresses changed since count too. Recovery codes do not.
    """
    factors = Authenticator.objects.filter(user=user).order_by("pk").values_list("pk", flat=True)
    once = factors.exclude(type=Authenticator.Type.RECOVERY_CODES)
    ends = [user.logged_out_at, user.email_changed_at]
    facts = [user.pk, user.password, user.email.lower(), *ends, *once]
    return salted_hmac("users.logins", repr(facts), algorithm="sha256").hexdigest()


def _drop_unfinished(data):
    for key in UNFINISHED_LOGIN_KEYS:
        data.pop(key, None)
