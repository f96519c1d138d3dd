"""The key by which push services know this site (VAPID, RFC 8292).

Browsers accept pushes only of the key with which they have subscribed. So there is one, made at
its first use and stored encrypted. If it cannot be decrypted, as after a change of SECRET_KEY, it
is replaced, and all devices have to subscribe again.
"""

import logging
import time
from email.utils import parseaddr
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.db import transaction

from core import read_only
from users.models import Workspace
from users.sessions.encryption import decrypt_or_none, encrypt

from .encryption import CURVE, from_base64url, point_of, to_base64url
from .models import PushSubscription

logger = logging.getLogger(__name__)

TOKEN_SECONDS = 12 * 3600  # at most 24 hours (RFC 8292, 2)
TOKEN_REUSED_SECONDS = TOKEN_SECONDS - 3600
MOST_ORIGINS = 64  # whose tokens are remembered


class Signer(NamedTuple):
    """The private key of this site, in base64url, and who answers for its pushes."""

    private: str
    subject: str

    @property
    def public_key(self) -> str:
        """The public key in base64url, as browsers take it (`applicationServerKey`)."""
        return to_base64url(point_of(_key_of(self.private).public_key()))

    def authorization(self, endpoint: str) -> str:
        """Return the header Authorization of a push to `endpoint`."""
        url = urlsplit(endpoint)
        window = int(time.time() // TOKEN_REUSED_SECONDS)
        token = _token(self, f"{url.scheme}://{url.netloc}", window)
        return f"vapid t={token}, k={self.public_key}"


@lru_cache(maxsize=MOST_ORIGINS)
def _token(signer: Signer, origin: str, window: int) -> str:
    """Return the token for a push service, which ends at most TOKEN_SECONDS from now.

    Push services remember tokens, and signing one takes longer than encrypting a push.
    """
    import jwt  # here, because it takes 1 MiB of memory, and few processes push to devices

    expires_at = (window + 1) * TOKEN_REUSED_SECONDS + TOKEN_SECONDS - TOKEN_REUSED_SECONDS
    claims = {"aud": origin, "exp": expires_at, "sub": signer.subject}
    return jwt.encode(claims, _key_of(signer.private), algorithm="ES256")


@lru_cache(maxsize=4)
def _key_of(private: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(from_base64url(private)), CURVE)


def why_off() -> str:
    """Return "" if this site can send pushes, else why not.

    "address": SITE_URL is not set, and a push opens a page of it. "http": push services want to
    know whom to ask about pushes, and there is neither an https address nor a sender of mails.
    """
    if not settings.SITE_URL:
        return "address"
    return "" if subject() else "http"


def subject() -> str:
    """Return whom a push service can ask about our pushes (RFC 8292, 2.1), or ""."""
    if settings.SITE_URL.startswith("https://"):
        return settings.SITE_URL
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return f"mailto:{sender}" if settings.EMAIL_URL and sender else ""


def public_key() -> str:
    """Return the key with which a browser subscribes, or "" if pushes are off.

    It is made now if there is none yet, except in a read-only request, which gets "".
    """
    if why_off():
        return ""
    signer = _stored() if read_only.is_active() else current()
    return signer.public_key if signer else ""


def current() -> Signer | None:
    """Return the key of this site, and make it if necessary. None before the first run."""
    return _stored() or _make()


def _stored() -> Signer | None:
    sealed = Workspace.objects.values_list("push_key", flat=True).first()
    private = decrypt_or_none(sealed) if sealed else None
    return Signer(private, subject()) if private else None


@transaction.atomic
def _make() -> Signer | None:
    """Store a new key, unless another process did meanwhile, and forget all devices."""
    Workspace.lock()
    workspace = Workspace.current()
    signer = _stored()
    if signer is None and workspace is not None:
        if workspace.push_key:
            logger.warning(
                "The key of pushes was encrypted with another SECRET_KEY; devices subscribe anew",
                extra={"event": "push.key_replaced"},
            )
        PushSubscription.objects.all().delete()
        number = ec.generate_private_key(CURVE).private_numbers().private_value
        signer = Signer(to_base64url(number.to_bytes(32)), subject())
        workspace.push_key = encrypt(signer.private)
        workspace.save(update_fields=["push_key"])
    return signer
