"""What the product itself must be able to read again is stored sealed, by the site's secret key."""

import base64
import secrets
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def seal(text):
    """Return `text` as it is stored: of no use to whoever has the database alone."""
    return _box().encrypt(text.encode()).decode()


def unseal(sealed):
    """Return what was sealed; where another key sealed it, a new secret that nobody knows.

    So a database that comes back under another key lets nobody in, and breaks no page: an
    administrator resets the second factor of those who are shut out.
    """
    opened = unseal_if_ours(sealed)
    return base64.b32encode(secrets.token_bytes(20)).decode() if opened is None else opened


def unseal_if_ours(sealed):
    """Return what was sealed, or None if it was not sealed by a key of this site."""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None


def _box():
    return _box_of((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


@lru_cache(maxsize=4)
def _box_of(keys):
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key):
    derived = HKDF(SHA256(), length=32, salt=None, info=b"tertulia.users.secrets")
    return base64.urlsafe_b64encode(derived.derive(key.encode()))
