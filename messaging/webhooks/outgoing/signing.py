"""The secrets and signatures of webhooks: https://www.standardwebhooks.com, 1.0.0.

A secret is made from the SECRET_KEY when it is needed, so none is stored.
"""

import hmac
from base64 import b64encode
from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

# How long a secret signs too after a new one was made.
OLD_SECRET_KEPT = timedelta(days=1)


def secret_of(webhook) -> str:
    """Return the secret as receivers write it."""
    secret = _secret(webhook.pk, webhook.generation, settings.SECRET_KEY)
    return f"whsec_{b64encode(secret).decode()}"


def signatures(webhook, message_id: str, timestamp: int, body: bytes) -> str:
    """Return the header webhook-signature: one signature for each secret that may be in use."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    made = (hmac.digest(secret, signed, "sha256") for secret in _secrets(webhook))
    return " ".join(f"v1,{b64encode(signature).decode()}" for signature in made)


def _secrets(webhook) -> Iterator[bytes]:
    generations = [webhook.generation]
    if webhook.renewed_at and webhook.renewed_at > timezone.now() - OLD_SECRET_KEPT:
        generations.append(webhook.generation - 1)
    for generation in generations:
        for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
            yield _secret(webhook.pk, generation, key)


def _secret(webhook_id: int, generation: int, key: str) -> bytes:
    return hmac.digest(key.encode(), f"webhook:{webhook_id}:{generation}".encode(), "sha256")
