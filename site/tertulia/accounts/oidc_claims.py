"""Validates the claims of an OpenID Connect provider about a user (OpenID Connect Core 1.0, 5.1).

Claims of the wrong type, and all that are not listed here, are dropped and not stored.
"""

import unicodedata

from allauth.socialaccount.providers.base import ProviderException
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.core.exceptions import ValidationError

from core.mailboxes import narrow, normalize_email
from core.text import plain

MAX_SUBJECT = 191  # characters, as many as allauth stores
MAX_NAME = 150
NAMES = ("preferred_username", "name", "given_name", "family_name")


class SignOnProvider(OpenIDConnectProvider):
    """allauth's provider with validated claims: allauth expects every claim to have its type."""

    def sociallogin_from_response(self, request, response):
        claims = claims_of(response.get("id_token"), response.get("userinfo"))
        return super().sociallogin_from_response(request, claims)


def claims_of(id_token, userinfo):
    """Return the valid claims about a user as a flat dictionary.

    Raise ProviderException if they do not identify one user.
    """
    sources = [source for source in (userinfo, id_token) if source is not None]
    if not sources or not all(isinstance(source, dict) for source in sources):
        raise ProviderException("The provider did not send claims.")
    subjects = {_subject(source) for source in sources}
    if len(subjects) > 1:  # "MUST be verified to exactly match" (5.3.2)
        raise ProviderException("The provider sent claims about two people.")
    claims = sources[0]
    kept = {name: _name(claims.get(name)) for name in NAMES}
    email = _email(claims.get("email"))
    return {
        "sub": subjects.pop(),
        "email": email,
        "email_verified": email is not None and _is_verified(claims),
        **kept,
    }


def _subject(claims):
    """Return the "sub" claim as text; some providers send a number."""
    subject = claims.get("sub")
    if isinstance(subject, int) and not isinstance(subject, bool):
        subject = str(subject)
    if not (isinstance(subject, str) and 0 < len(subject) <= MAX_SUBJECT and subject.isprintable()):
        raise ProviderException("The provider did not say who it is.")
    return subject


def _email(value):
    """Return the address as it is stored, or None if it is not one."""
    try:
        return normalize_email(value) if isinstance(value, str) else None
    except ValidationError:
        return None


def _is_verified(claims):
    """Return True if the provider has verified exactly this address.

    We read a full-width letter as an ordinary one; at the provider it may be another mailbox.
    """
    email = claims["email"]
    is_exact = narrow(email) == unicodedata.normalize("NFC", email).strip()
    return is_exact and _is_yes(claims.get("email_verified"))


def _name(value):
    return plain(value[:MAX_NAME]) if isinstance(value, str) else None


def _is_yes(value):
    """Return True only for true, or for "true" as text, which some providers send."""
    return value is True or (isinstance(value, str) and value.strip().casefold() == "true")
