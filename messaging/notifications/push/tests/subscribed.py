"""Devices for tests: as a browser subscribes, and as they are stored."""

import secrets
from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric import ec
from django.utils import timezone

from messaging.notifications.push.actions import subscribe
from messaging.notifications.push.encryption import CURVE, point_of, to_base64url
from users.models import Session


def subscription(endpoint="https://push.example/send/abc"):
    """Return what a browser sends."""
    point = point_of(ec.generate_private_key(CURVE).public_key())
    keys = {"p256dh": to_base64url(point), "auth": to_base64url(secrets.token_bytes(16))}
    return {"endpoint": endpoint, **keys}


def device_of(user, session=None, label="Firefox on Android"):
    """Return a new device of `user`, in a session of its own or the given one."""
    token = secrets.token_hex(16)
    session = session or Session.objects.create(
        session_key=token, user=user, expire_date=timezone.now() + timedelta(days=1)
    )
    return subscribe(user, session, **subscription(f"https://push.example/{token}"), label=label)
