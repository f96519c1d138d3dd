"""Keep the excerpts in replies up to date: a change of a message changes its replies too.

Both are stored and broadcast together, so that a page that was away learns of both. A message with
more than MAX_AT_ONCE replies leaves the rest to a task. Until then they show no words at all,
because the page compares what they store with the message (`reply_of`).
"""

from django.db import transaction
from django.tasks import task

from rooms.actions import touch_room
from rooms.locking import lock_room

from ..replies.excerpts import KEY, stored_reply
from . import broadcasts
from .models import Message, MessageQuerySet

MAX_AT_ONCE = 200  # replies that change in the transaction of the message
BATCH = 100  # replies that the task changes in one transaction


def newest_replies(message: Message) -> list[Message]:
    """Return the newest replies to `message`, at most MAX_AT_ONCE, in order; queue the rest."""
    found = _replies_to(message).order_by("-position")[: MAX_AT_ONCE + 1]
    if len(found) > MAX_AT_ONCE:
        refresh_replies.enqueue(message.pk)
    return list(found)[:MAX_AT_ONCE][::-1]


def store_excerpts(message: Message, replies: list[Message], first_revision: int) -> None:
    """Store in `replies` the excerpt of `message`, as their rooms' revisions from the first on.

    Needs the lock of the room.
    """
    stored = stored_reply(message)
    for revision, reply in enumerate(replies, first_revision):
        reply.reply_to, reply.room = message, message.room
        reply.extras, reply.revision = reply.extras | {KEY: stored}, revision
    Message.objects.bulk_update(replies, ["extras", "revision"], batch_size=BATCH)


@task
def refresh_replies(message_id: int) -> None:
    """Store the excerpt of a message in those of its replies that have another one."""
    after: int | None = 0
    while after is not None:
        after = _refresh_some(message_id, after)


@transaction.atomic
def _refresh_some(message_id: int, after: int) -> int | None:
    """Refresh the next replies, with ids after `after`; return the last id, or None at the end."""
    message = Message.objects.filter(pk=message_id).select_related("room").first()
    if message is None:
        return None
    room = message.room
    lock_room(room)
    message.refresh_from_db(from_queryset=Message.objects.for_display())
    message.room = room
    replies = list(_replies_to(message).filter(pk__gt=after).order_by("pk")[:BATCH])
    if not replies:
        return None
    stale = [reply for reply in replies if reply.extras.get(KEY) != stored_reply(message)]
    if stale:
        touch_room(room, by=len(stale))
        first_revision = room.revision - len(stale) + 1
        store_excerpts(message, stale, first_revision)
        broadcasts.messages_changed(room, stale, first_revision, posted=False)
    return replies[-1].pk


def _replies_to(message: Message) -> MessageQuerySet:
    return Message.objects.for_display().filter(reply_to=message, deleted_at__isnull=True)
