"""Encrypt stored secrets that the product must read again, with keys derived from SECRET_KEY."""

import base64
import secrets
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def encrypt(text):
    """Return `text` encrypted, so that the database alone does not reveal it."""
    return _box().encrypt(text.encode()).decode()


def decrypt_or_random(sealed):
    """Return the decrypted text or, if it was encrypted with an unknown key, a new random secret.

    So a database restored under another SECRET_KEY lets nobody in, and no page fails. An
    administrator can reset the second factor of the users affected.
    """
    opened = decrypt_or_none(sealed)
    return base64.b32encode(secrets.token_bytes(20)).decode() if opened is None else opened


def decrypt_or_none(sealed):
    """Return the decrypted text, or None if it was not encrypted with a key of this site."""
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
