"""Queue the tasks that follow a post or an edit, and forget what an edit ends.

All are called under the room's lock.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.db.models import Q
from django.utils import timezone
from django.utils.module_loading import import_string

from rooms.models import Room
from rooms.previews.queries import may_show_previews

from .links import first_link

SEND_PUSHES = "messaging.notifications.push.tasks.send_pushes"
# A room's pushes are sent together, this long after the first message.
PUSH_DELAY = timedelta(seconds=2)
# A task that has not begun by then does not keep others from being queued.
PUSH_LOST_AFTER = timedelta(minutes=1)
FETCH_PREVIEW = "messaging.previews.tasks.fetch_preview"
PREVIEW = "preview"  # in `extras`: see messaging.previews.snapshots


def after_post(room: Room, messages: Sequence[Any]) -> None:
    """Queue what follows these new messages of `room`; call it in their transaction."""
    queue_pushes(room)
    queue_previews(room, messages)


def before_edit(message: Any, html: str) -> dict[str, Any]:
    """Return what changes in `extras` of the message with its new `body_html`.

    The preview of a link that it shows no longer is forgotten; call it in the transaction of the
    edit.
    """
    shown = message.extras.get(PREVIEW)
    if shown is None or first_link(html) == shown["url"]:
        return {}
    previews = apps.get_model("messaging", "Preview")._base_manager
    previews.filter(message=message, is_removed=False).delete()
    return {PREVIEW: None}


def after_edit(message: Any) -> None:
    """Queue what follows a changed text; call it in the transaction of the edit."""
    queue_pushes(message.room)
    if PREVIEW not in message.extras:
        queue_previews(message.room, [message])


def queue_previews(room: Room, messages: Sequence[Any]) -> None:
    """Queue the previews of those messages of `room` that may have a link to show."""
    linking = [message for message in messages if 'href="http' in message.body_html]
    if linking and may_show_previews(room):
        task = import_string(FETCH_PREVIEW)
        for message in linking:
            task.enqueue(message.pk)


def queue_pushes(room: Room) -> None:
    """Queue the pushes of `room` if somebody may want some, unless they are queued already.

    `room.is_pushed` must be current, as after `touch_room`.
    """
    if not room.is_pushed:
        return
    now = timezone.now()
    is_free = Q(push_queued_at=None) | Q(push_queued_at__lt=now - PUSH_LOST_AFTER)
    if Room.objects.filter(is_free, pk=room.pk).update(push_queued_at=now):
        import_string(SEND_PUSHES).using(run_after=now + PUSH_DELAY).enqueue(room.pk)
