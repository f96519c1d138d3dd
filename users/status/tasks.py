"""The background task that takes statuses from open pages when their time is over."""

from django.tasks import task
from django.utils import timezone

from .actions import end_statuses


@task
def end_due() -> None:
    """End the statuses that are due. It runs twice a minute."""
    end_statuses(timezone.now())
