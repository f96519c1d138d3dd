"""The background tasks that send notifications."""

from django.db import transaction
from django.tasks import task
from django.utils import timezone

from . import actions
from .channel import Channel
from .channels import CHANNELS
from .missed import users_due


@task
def queue_notifications() -> None:
    """Queue a notification for every user who is away and missed something. Runs every minute.

    A channel that fails does not stop the others.
    """
    failures = []
    for channel in CHANNELS.values():
        try:
            if channel.is_on():
                _queue(channel)
        except Exception as failure:
            failures.append(failure)
    if failures:
        raise ExceptionGroup("Some channels could not queue their notifications.", failures)


def _queue(channel: Channel) -> None:
    now = timezone.now()
    for user_id in users_due(channel, now):
        with transaction.atomic():
            claim = actions.claim(user_id, channel, now)
            if claim is not None:
                send_notification.enqueue(claim.pk, claim.number)


@task
def send_notification(claim_id: int, number: int) -> None:
    """Notify one user over one channel. If that keeps failing, a later claim replaces this one."""
    actions.notify(claim_id, number)
