"""The background tasks that remind people of what they have saved for later."""

from datetime import datetime, timedelta

from django.db import transaction
from django.tasks import task
from django.utils import timezone

from . import broadcasts, reminders
from .models import Saved

DONE_KEPT = timedelta(days=30)


@task
def queue_reminders() -> None:
    """Queue a reminder for each user who has messages that are due. Runs every minute."""
    now = timezone.now()
    for user_id in reminders.people_to_remind(now):
        with transaction.atomic():
            if reminders.claim(user_id, now):
                send_reminder.enqueue(user_id, now.isoformat())
                broadcasts.saved_changed(user_id)


@task
def send_reminder(user_id: int, claimed_at: str) -> None:
    """Remind a user of what was claimed at `claimed_at`."""
    reminders.remind(user_id, datetime.fromisoformat(claimed_at))


@task
def forget_done() -> None:
    """Delete what was marked as done DONE_KEPT ago."""
    Saved.objects.filter(done_at__lt=timezone.now() - DONE_KEPT).delete()
