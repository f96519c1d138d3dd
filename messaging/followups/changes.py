"""Note what changes in rooms with outgoing webhooks, and queue the tasks that send it.

The rows of messages hold their newest state only, and a reaction must not be taken for an edit.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.module_loading import import_string

from rooms.models import Room

DELIVER = "messaging.webhooks.outgoing.tasks.deliver"
# A task that has not begun by then does not keep others from being queued.
LOST_AFTER = timedelta(minutes=1)
POSTED, DELETED, TEXT = "posted", "deleted", "text"
REACTIONS = "reactions"
_WITH_TEXT = {"body", "edited_at"}
_UNSEEN = {"reply"}  # keys of `extras` of which programs see nothing


def what_changes(message: Any, changes: Mapping[str, Any]) -> str:
    """Return what programs will see of these new values of fields of `message`.

    It is DELETED, or names with spaces: TEXT and keys of `extras`, such as REACTIONS.
    """
    if "deleted_at" in changes:
        return DELETED
    old, new = message.extras, changes.get("extras", message.extras)
    names = {key for key in {*old, *new} - _UNSEEN if old.get(key) != new.get(key)}
    return " ".join(sorted(names | ({TEXT} if _WITH_TEXT & set(changes) else set())))


def note_changes(room: Room, changed: Iterable[tuple[Any, str]]) -> None:
    """Note these (message, what) of `room` if it has webhooks; call it in their transaction.

    `room.has_webhooks` must be current, as after `touch_room`: it is set under the same lock.
    """
    if not room.has_webhooks:
        return
    change = apps.get_model("messaging", "WebhookChange")
    rows = [
        change(room=room, message=message.pk, revision=message.revision, what=what)
        for message, what in changed
        if what
    ]
    if rows:
        change.objects.bulk_create(rows)
        # After the commit: no lock of a webhook is held by a post, and the task finds the change.
        transaction.on_commit(partial(queue_webhooks, room.pk), robust=True)


def queue_webhooks(room_id: int) -> None:
    """Queue the webhooks of a room, but for those that wait for another attempt or are queued."""
    queue(Q(cursors__room=room_id))


def queue(which: Q) -> None:
    """Queue those of the webhooks `which` that are on and have no failed attempt to repeat.

    A task that is queued already, but has not begun, finds the change too.
    """
    webhooks = apps.get_model("messaging", "OutgoingWebhook").objects
    now = timezone.now()
    is_free = Q(queued_at=None) | Q(queued_at__lt=now - LOST_AFTER)
    ready = webhooks.filter(is_free, which, disabled_at=None, next_attempt_at=None)
    for webhook_id in ready.values_list("pk", flat=True).distinct():
        with transaction.atomic():
            if webhooks.filter(is_free, pk=webhook_id).update(queued_at=now):
                import_string(DELIVER).enqueue(webhook_id)
