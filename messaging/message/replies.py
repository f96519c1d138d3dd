"""Replies: whom they call, and the excerpts in them, which change with what they answer.

A message and the excerpts in its replies are stored and broadcast together, so that a page that was
away learns of both. A message with more than MAX_AT_ONCE replies leaves the rest to a task. Until
then they show no words at all: what they store is compared with the message (`reply_of`).
"""

from collections.abc import Iterable, Iterator, Mapping, Set
from typing import Any

from django.db import transaction
from django.tasks import task

from rooms.actions import touch_room
from rooms.locking import lock_room
from rooms.models import Room

from ..mentions.parsing import Text
from ..replies.excerpts import KEY, stored_reply
from . import broadcasts
from .forms import issued_at
from .models import Message, MessageQuerySet

MAX_AT_ONCE = 200  # replies that change in the transaction of the message
BATCH = 100  # replies that the task changes in one transaction


class NotAnswerable(Exception):
    """The message to answer is not in the room, or was deleted before."""


def answered_by(drafts: Iterable[Any], room: Room) -> dict[int, Message]:
    """Return {id: Message} of what `drafts` (of `actions`) answer. Needs the lock of the room.

    Raise NotAnswerable if one of the messages is not there: see `actions.post_messages`.
    """
    ids = {draft.reply_to for draft in drafts if draft.reply_to is not None}
    if not ids:
        return {}
    found = room.messages.filter(pk__in=ids).select_related("author").in_bulk()
    for draft in drafts:
        if draft.reply_to is not None and not _can_answer(draft.nonce, found.get(draft.reply_to)):
            raise NotAnswerable
    return found


def _can_answer(nonce: str, answered: Message | None) -> bool:
    if answered is None or not answered.is_deleted:
        return answered is not None
    opened_at = issued_at(nonce)
    return opened_at is not None and answered.deleted_at > opened_at


def calling(
    drafts: Iterable[Any], texts: Iterable[Text], answered: Mapping[int, Message]
) -> Iterator[Text]:
    """Yield the `texts` of `drafts`, with mentions of those whom they answer."""
    for draft, text in zip(drafts, texts, strict=True):
        message = None if draft.reply_to is None else answered[draft.reply_to]
        if message is None or message.is_deleted or message.author_id == draft.author.pk:
            yield text
        else:
            yield text.calling(message.author_id)


def still_calling(reply: Message, text: Text, called: Set[int]) -> Text:
    """Return the new `text` of `reply` with a mention of whom it answers, if it `called` them."""
    author_id = reply.extras.get(KEY, {}).get("author")
    return text.calling(author_id) if author_id in called else text


def extras_of(answered: Message) -> dict[str, Any]:
    """Return the `extras` of a new reply to `answered`."""
    return {KEY: stored_reply(answered)}


def newest_replies(message: Message) -> list[Message]:
    """Return the newest replies to `message`, at most MAX_AT_ONCE, in order."""
    return list(_replies_to(message).order_by("-position")[:MAX_AT_ONCE])[::-1]


def store_excerpts(message: Message, replies: list[Message], first_revision: int) -> None:
    """Store in `replies` the excerpt of `message`, as their room's revisions from the first on.

    Needs the lock of the room. If these are as many as change at once, queue the others.
    """
    stored = stored_reply(message)
    for revision, reply in enumerate(replies, first_revision):
        reply.reply_to, reply.room = message, message.room
        reply.extras, reply.revision = reply.extras | {KEY: stored}, revision
    Message.objects.bulk_update(replies, ["extras", "revision"], batch_size=BATCH)
    if len(replies) == MAX_AT_ONCE:
        refresh_replies.enqueue(message.pk)


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
    message.read_again()
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
