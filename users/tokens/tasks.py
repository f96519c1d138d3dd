"""The background tasks of access tokens."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Q
from django.tasks import task
from django.utils import timezone

from ..models import Token
from .warnings import ending, warn_of_end

TOKENS_KEPT = timedelta(days=30)
MAX_AT_ONCE = 200


@task
def warn_of_ends() -> None:
    """Mail people whose tokens end soon, if this site sends mail. It runs every ten minutes."""
    if not settings.EMAIL_URL:
        return
    now = timezone.now()
    for token in ending(now).select_related("user__owner").order_by("pk")[:MAX_AT_ONCE]:
        warn_of_end(token, now)


@task
def forget_tokens() -> None:
    """Delete the tokens that ended or were revoked TOKENS_KEPT ago."""
    before = timezone.now() - TOKENS_KEPT
    Token.objects.filter(Q(expires_at__lt=before) | Q(revoked_at__lt=before)).delete()
