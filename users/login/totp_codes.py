"""Which codes of an authenticator app were used: the newest one's number is stored (RFC 6238, 5.2).

A code's number, its counter, is the number of the 30-second period that it is made of.
"""

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt
from django.core.cache import cache
from django.db.models import Q

from ..models import User

VALID_SECONDS = (2 * app_settings.TOTP_TOLERANCE + 1) * app_settings.TOTP_PERIOD


def counter_of(user, code):
    """Return the counter of `code` if it is a valid one of the app of `user`, else None."""
    app = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    return matching_counter(decrypt(app.data["secret"]), code) if app else None


def matching_counter(secret, code):
    """Return the counter for which `secret` gives `code` in this period or a neighbour, or None."""
    for counter in totp.yield_hotp_counters_from_time():
        expected = totp.format_hotp_value(totp.hotp_value(secret, counter))
        if compare_user_code(actual=code, expected=expected):
            return counter
    return None


def is_used(user, counter):
    """Return True if this code, or a later one, was accepted before."""
    later = User.objects.filter(pk=user.pk, totp_counter__gte=counter)
    return later.exists() or cache.get(_activation(user)) == counter


def use(user, counter):
    """Note that a code was accepted; return False if it, or a later one, was before.

    One UPDATE decides, so of two who use a code at once one gets in.
    """
    unused = Q(totp_counter__isnull=True) | Q(totp_counter__lt=counter)
    return bool(User.objects.filter(unused, pk=user.pk).update(totp_counter=counter))


def note_activation(user, counter):
    """Remember, as long as it is valid, with which code the app was set up: it lets nobody in."""
    cache.set(_activation(user), counter, VALID_SECONDS)


def _activation(user):
    return f"totp-activation-{user.pk}"
