"""The devices that get pushes."""

from hashlib import sha256

from django.conf import settings
from django.db import models
from django.db.models import F
from django.utils import timezone

from users.models import Session

MAX_ENDPOINT = 2000  # characters


def hash_of(endpoint):
    """Return the `endpoint_hash` of an endpoint."""
    return sha256(endpoint.encode()).hexdigest()


class PushSubscriptionQuerySet(models.QuerySet):
    def alive(self):
        """Return the devices on which their person is still logged in."""
        return self.filter(
            session__user=F("user"), session__expire_date__gt=timezone.now(), user__is_active=True
        )


class PushSubscription(models.Model):
    """One browser that shows pushes to whoever is logged in there.

    If another person subscribes in the same browser, the row becomes theirs. It ends with the
    session in which they subscribed.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="push_subscriptions"
    )
    session = models.ForeignKey(
        Session, on_delete=models.CASCADE, related_name="push_subscriptions"
    )
    # The address at the push service, which the browser chose. A hash, because it is long.
    endpoint = models.CharField(max_length=MAX_ENDPOINT)
    endpoint_hash = models.CharField(max_length=64, unique=True, editable=False)
    p256dh = models.CharField(max_length=100)  # the browser's public key (RFC 8291), base64url
    auth = models.CharField(max_length=40)  # its secret, base64url
    label = models.CharField(max_length=100, blank=True)  # such as "Firefox on Android"
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    told_at = models.DateTimeField(null=True, editable=False)  # when a push last arrived
    is_this = False  # True in a list of devices for the browser that shows it
    failed_since = models.DateTimeField(null=True, editable=False)  # None if the last one arrived

    objects = PushSubscriptionQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return f"{self.label} of {self.user_id}"

    @property
    def is_failing(self):
        """True if the last push did not arrive, for a reason that is not over by itself."""
        return self.failed_since is not None
