"""Accept each code of an authenticator app once: store the newest used counter (RFC 6238, 5.2).

The counter of a code is the number of its 30-second period.
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
    """Return the counter of `code` if it is valid for the app of `user`, or None."""
    app = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    return matching_counter(decrypt(app.data["secret"]), code) if app else None


def matching_counter(secret, code):
    """Return the counter of `code` for `secret`, in this period or a neighbouring one, or None."""
    for counter in totp.yield_hotp_counters_from_time():
        expected = totp.format_hotp_value(totp.hotp_value(secret, counter))
        if compare_user_code(actual=code, expected=expected):
            return counter
    return None


def is_used(user, counter):
    """Return True if the code with this counter, or a later one, was accepted before."""
    later = User.objects.filter(pk=user.pk, totp_counter__gte=counter)
    return later.exists() or cache.get(_activation(user)) == counter


def use(user, counter):
    """Mark a code as used. Return False if it, or a later one, was used before.

    A single UPDATE decides, so only one of several simultaneous uses succeeds.
    """
    unused = Q(totp_counter__isnull=True) | Q(totp_counter__lt=counter)
    return bool(User.objects.filter(unused, pk=user.pk).update(totp_counter=counter))


def note_activation(user, counter):
    """Mark the code that activated the app as used for as long as it is valid."""
    cache.set(_activation(user), counter, VALID_SECONDS)


def _activation(user):
    return f"totp-activation-{user.pk}"
