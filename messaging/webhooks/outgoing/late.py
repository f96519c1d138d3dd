"""What the recurring tasks of webhooks do: find what was left behind."""

from django.db.models import F, Q
from django.utils import timezone

from rooms.models import Room

from ...followups.changes import LOST_AFTER, queue
from .delivery import come_back
from .models import OutgoingWebhook, WebhookChange
from .pending import CHANGES_KEPT, forget_changes, stop_noting


def queue_late_webhooks() -> None:
    """Queue the webhooks that are behind, or late with an attempt, though no task comes: a process
    died between a commit and the queueing, or a task was lost."""
    now = timezone.now()
    late = now - LOST_AFTER
    behind = OutgoingWebhook.objects.filter(cursors__revision__lt=F("cursors__room__revision"))
    is_free = Q(leased_until=None) | Q(leased_until__lte=now)
    queue(is_free & Q(pk__in=behind.values("pk")))
    waiting = OutgoingWebhook.objects.filter(disabled_at=None, next_attempt_at__lt=late)
    for webhook_id in waiting.values_list("pk", flat=True):
        come_back(webhook_id)


def forget_told() -> None:
    """Forget the changes that nobody needs, and those older than CHANGES_KEPT."""
    for room_id in Room.objects.filter(has_webhooks=True).values_list("pk", flat=True):
        stop_noting([room_id])
        forget_changes(room_id)
    WebhookChange.objects.filter(at__lt=timezone.now() - CHANGES_KEPT).delete()
