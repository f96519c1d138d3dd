"""What messages bring about in the background."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.tasks import task
from django.utils import timezone

from . import missed


@task
def queue_notifications():
    """Have a mail written to everybody who is away and misses something. Due every minute."""
    if not settings.EMAIL_URL:
        return
    if not settings.SITE_URL:
        raise ImproperlyConfigured("Set SITE_URL to the address of this site: mails link to it.")
    now = timezone.now()
    for user_id in missed.people_due(now):
        with transaction.atomic():
            claimed = missed.claim(user_id, now)
            if claimed is not None:
                send_notification.enqueue(user_id, claimed)


@task
def send_notification(user_id, claimed):
    """Write one such mail; a later claim takes the place of one that could not be sent."""
    if settings.EMAIL_URL:
        missed.send(user_id, claimed)
