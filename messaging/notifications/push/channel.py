"""Pushes as a channel: whom they reach, and what is theirs of each membership."""

from datetime import timedelta

from django.db.models import Exists, OuterRef, QuerySet

from users.models import User

from ..channel import Channel
from . import vapid
from .models import PushSubscription


def reachable() -> QuerySet[User]:
    """Return the users who are logged in on a device that gets pushes."""
    devices = PushSubscription.objects.alive().filter(user=OuterRef("pk"))
    return User.objects.filter(Exists(devices), is_active=True)


PUSH = Channel(
    name="push",
    delay=timedelta(0),  # their task runs a moment later: see messaging.followups
    news=timedelta(days=1),
    gap=timedelta(0),
    is_on=lambda: not vapid.why_off(),
    reachable=reachable,
    level="push_level",
    after="push_after",
)
