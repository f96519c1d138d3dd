"""What is to be sent to a webhook next, and what becomes of its cursors."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import F, Max, Min, Q, QuerySet

from rooms.models import Membership, Room
from users.models import User

from ...followups.changes import DELETED, POSTED, REACTIONS
from ...message.models import Message
from .models import Attempt, Event, OutgoingWebhook, WebhookChange, WebhookCursor

# How long the changes of a room are kept for a webhook that is off. Turned on again later, it can
# only begin with what comes then.
CHANGES_KEPT = timedelta(days=30)


class Pending(NamedTuple):
    """A message that changed, and the cursor that moves to its revision once that is sent."""

    cursor: WebhookCursor
    message: Message
    event: str  # an Event
    what: list[str]  # of an old message: see followups.changes
    at: datetime


def next_change(webhook: OutgoingWebhook, after: int = 0) -> Pending | None:
    """Return what is to be sent next, None if nothing is; move the cursors past all else.

    The rooms take turns: `after` is the id of the cursor that had the last one. Cursors of rooms
    that the bot has lost are deleted.
    """
    cursors = _behind(webhook)
    for cursor in sorted(cursors, key=lambda cursor: (cursor.pk <= after, cursor.pk)):
        pending = _next_in(webhook, cursor)
        if pending is not None:
            return pending
        settle(cursor)
    return None


def _behind(webhook: OutgoingWebhook) -> list[WebhookCursor]:
    """Return the cursors of rooms in which something has changed, or is not settled."""
    is_behind = Q(room__revision__gt=F("revision")) | Q(settled__lt=F("revision"))
    found = list(webhook.cursors.filter(is_behind).select_related("room"))
    seen = set(rooms_of(webhook.bot).filter(pk__in=[cursor.room_id for cursor in found]))
    lost = [cursor for cursor in found if cursor.room not in seen]
    if lost:
        forget_cursors(lost)
    return [cursor for cursor in found if cursor.room in seen]


def rooms_of(bot: User) -> QuerySet[Room]:
    """Return the rooms that a bot is in and can see."""
    memberships = Membership.objects.filter(user=bot)
    return Room.objects.visible_to(bot).filter(pk__in=memberships.values("room"))


def _next_in(webhook: OutgoingWebhook, cursor: WebhookCursor) -> Pending | None:
    while message := _next_message(cursor):
        pending = _pending(webhook, cursor, message)
        if pending is not None:
            return pending
        move(cursor, message.revision)
    return None


def _next_message(cursor: WebhookCursor) -> Message | None:
    """Return the message with the next revision. What nobody said or did, such as the messages of
    an import, is not noted as a change and not sent."""
    noted = WebhookChange.objects.filter(room=cursor.room_id, revision__gt=cursor.settled)
    messages = Message.objects.for_display().filter(
        room=cursor.room_id, revision__gt=cursor.revision, pk__in=noted.values("message")
    )
    return messages.order_by("revision").first()


def _pending(webhook: OutgoingWebhook, cursor: WebhookCursor, message: Message) -> Pending | None:
    author = message.author
    if author.pk == webhook.bot_id or (author.is_bot and not webhook.includes_bots):
        return None
    noted = WebhookChange.objects.filter(
        room=cursor.room_id, message=message.pk, revision__gt=_told(webhook, cursor, message)
    )
    changes = list(noted.order_by("revision"))
    what = {name for change in changes for name in change.what.split()}
    event = _event_of(what, webhook.events.split())
    if event is None:
        return None
    is_old = event in (Event.CHANGED, Event.REACTED)
    return Pending(
        cursor, message, event, sorted(what - {POSTED}) if is_old else [], changes[-1].at
    )


def _told(webhook: OutgoingWebhook, cursor: WebhookCursor, message: Message) -> int:
    """Return the revision of `message` up to which all its changes have been sent."""
    told = Attempt.objects.filter(
        webhook=webhook, room=cursor.room_id, message=message.pk, status__range=(200, 299)
    )
    return max(cursor.settled, told.aggregate(last=Max("revision"))["last"] or 0)


def _event_of(what: set[str], wanted: list[str]) -> str | None:
    """Return the first wanted event that these changes are; None if there is none.

    A message that was posted and deleted since is sent as deleted: the answer to an attempt to send
    what it said may have been lost.
    """
    if DELETED in what:
        events = [Event.DELETED]
    else:
        events = [Event.POSTED] if POSTED in what else []
        events += [Event.CHANGED] if what - {POSTED, REACTIONS} else []
        events += [Event.REACTED] if REACTIONS in what else []
    return next((event.value for event in events if event in wanted), None)


def move(cursor: WebhookCursor, revision: int) -> None:
    """Move a cursor forward."""
    WebhookCursor.objects.filter(pk=cursor.pk, revision__lt=revision).update(revision=revision)
    cursor.revision = max(cursor.revision, revision)


def settle(cursor: WebhookCursor) -> None:
    """Note that all is sent or passed over up to the revision that `cursor.room` was read with."""
    revision = cursor.room.revision
    WebhookCursor.objects.filter(pk=cursor.pk).update(revision=revision, settled=revision)
    forget_changes(cursor.room_id)


def forget_changes(room_id: int) -> None:
    """Forget the changes that were sent to every webhook of the room."""
    cursors = WebhookCursor.objects.filter(room=room_id)
    least = cursors.aggregate(least=Min("settled"))["least"]
    if least is not None:
        WebhookChange.objects.filter(room=room_id, revision__lte=least).delete()


@transaction.atomic
def forget_cursors(cursors: Iterable[WebhookCursor]) -> None:
    """Delete cursors; rooms without another one are not watched any more."""
    ids = {cursor.pk: cursor.room_id for cursor in cursors}
    WebhookCursor.objects.filter(pk__in=ids).delete()
    stop_noting(set(ids.values()))


@transaction.atomic
def stop_noting(room_ids: Iterable[int]) -> None:
    """End the noting of changes in those of these rooms that have no webhook (any more)."""
    rooms = Room.objects.select_for_update(no_key=True).filter(pk__in=room_ids).order_by("pk")
    locked = set(rooms.values_list("pk", flat=True))
    watched = WebhookCursor.objects.filter(room__in=locked).values_list("room", flat=True)
    over = locked - set(watched)
    if over:
        Room.objects.filter(pk__in=over).update(has_webhooks=False)
        WebhookChange.objects.filter(room__in=over).delete()
