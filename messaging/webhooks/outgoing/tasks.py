"""The background tasks of outgoing webhooks."""

from django.tasks import task

from . import delivery
from .late import forget_told, queue_late_webhooks


@task(priority=-10)
def deliver(webhook_id: int) -> None:
    """Send a webhook what is new. What waits for a long answer does not hold up other tasks."""
    delivery.deliver(webhook_id)


@task(priority=-10)
def send_test(webhook_id: int) -> None:
    """Send a test to a webhook."""
    delivery.send_test(webhook_id)


@task(priority=-10)
def send_again(attempt_id: int) -> None:
    """Repeat an attempt."""
    delivery.send_again(attempt_id)


@task
def queue_late() -> None:
    """Queue the webhooks that are behind though no task is queued for them. Runs every minute."""
    queue_late_webhooks()


@task
def forget_changes() -> None:
    """Forget the changes of rooms that no webhook asks for any more. Runs every hour."""
    forget_told()
