"""Deliver what is pending to one webhook, one post after the other, and note what came of it."""

import random
import time
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.module_loading import import_string

from rooms.models import Room

from ...followups.changes import DELIVER
from ...message.models import Message
from ...message.representation import represent_change
from .actions import disable, is_alive
from .models import HEALTHY, Attempt, Event, OutgoingWebhook, Reason, WebhookCursor
from .payload import payload
from .pending import Pending, move, next_change, rooms_of
from .sending import NoThread, Outcome, Post, send_or_leave

# Longer than a task and its last post take.
LEASE = timedelta(minutes=1)
# A task begins no more posts after this time, so that other tasks get their turn.
RUN_SECONDS = 3
BUSY_SECONDS = 5  # until a task comes again if another delivers, or if too many posts are under way
# Seconds to wait after the first failed attempt, the second, and so on; then once a day.
BACK_OFF = (10, 60, 300, 900, 3600, 3 * 3600, 6 * 3600, 24 * 3600)
MAX_WAIT = 24 * 3600  # of what a Retry-After may ask for
SLOW_DOWN = {429, 502, 504}
SLOWEST_SECONDS = 60  # at least, after one of these
GONE = 410
# How long a webhook may fail before it is turned off.
FAILING_KEPT = timedelta(days=3)
ATTEMPTS_KEPT = 100  # of each webhook


def deliver(webhook_id: int) -> None:
    """Send a webhook what is new, unless another task does, or it waits for its next attempt."""
    webhooks = OutgoingWebhook.objects.filter(pk=webhook_id)
    webhooks.update(queued_at=None)  # first: a change that comes now queues another task
    until, now = timezone.now() + LEASE, timezone.now()
    is_due = Q(next_attempt_at=None) | Q(next_attempt_at__lte=now)
    is_free = Q(leased_until=None) | Q(leased_until__lte=now)
    ready = webhooks.filter(is_due, disabled_at=None)
    if not ready.filter(is_free).update(leased_until=until):
        # Marked as queued, so that changes meanwhile queue no further tasks.
        if ready.filter(queued_at=None).update(queued_at=now):
            come_back(webhook_id, BUSY_SECONDS)
        return
    again = None
    try:
        again = _deliver(webhook_id, until)
    finally:
        if again is not LEFT:
            release(webhook_id, until)
    if again is not None and again is not LEFT:
        come_back(webhook_id, again)


LEFT = -1  # the last post is under way, and its thread goes on


def _deliver(webhook_id: int, until: datetime) -> int | None:
    """Return in how many seconds to come back, None if all is sent or a post failed, or LEFT."""
    end, after = time.monotonic() + RUN_SECONDS, 0
    while (webhook := _current(webhook_id)) is not None:
        pending = next_change(webhook, after)
        if pending is None:
            forget_attempts(webhook)
            return None
        if time.monotonic() >= end:
            return 0
        try:
            then = partial(_go_on, webhook, until, pending)
            outcome = send_or_leave(post_of(webhook, pending), then)
        except NoThread:
            return BUSY_SECONDS
        if outcome is None:
            return LEFT
        if not note(webhook, until, pending, outcome):
            return None
        after = pending.cursor.pk
    return None


def _current(webhook_id: int) -> OutgoingWebhook | None:
    """Return the webhook if it is on; turn it off if its bot or the owner was deactivated."""
    webhooks = OutgoingWebhook.objects.select_related("bot__owner")
    webhook = webhooks.filter(pk=webhook_id, disabled_at=None).first()
    if webhook is not None and not is_alive(webhook.bot):
        disable(webhook, Reason.BOT)
        return None
    return webhook


def _go_on(webhook: OutgoingWebhook, until: datetime, pending: Pending, outcome: Outcome) -> None:
    """Note an answer that took long, and let a task send what follows."""
    is_sent = note(webhook, until, pending, outcome)
    release(webhook.pk, until)
    if is_sent:
        come_back(webhook.pk)


def release(webhook_id: int, until: datetime) -> None:
    OutgoingWebhook.objects.filter(pk=webhook_id, leased_until=until).update(leased_until=None)


def come_back(webhook_id: int, seconds: float = 0) -> None:
    later = timezone.now() + timedelta(seconds=seconds)
    import_string(DELIVER).using(run_after=later).enqueue(webhook_id)


def post_of(webhook: OutgoingWebhook, pending: Pending, revision: int | None = None) -> Post:
    """Return the post of a change; `revision` is that of an attempt to repeat."""
    message, room = pending.message, pending.cursor.room
    data = represent_change(message, room)
    if pending.what:
        data["changed"] = pending.what
    message_id = f"{webhook.pk}.{room.pk}.{revision or message.revision}"
    return Post(webhook, message_id, payload(f"message.{pending.event}", pending.at, data))


@transaction.atomic
def note(webhook: OutgoingWebhook, until: datetime, pending: Pending, outcome: Outcome) -> bool:
    """Note what came of a post; return True if there may be more to send.

    Do nothing if the lease is over or the webhook has lost the room.
    """
    locked = OutgoingWebhook.objects.select_for_update(no_key=True)
    current = locked.filter(pk=webhook.pk, leased_until=until).first()
    cursor, message = pending.cursor, pending.message
    if current is None or not WebhookCursor.objects.filter(pk=cursor.pk).exists():
        return False
    about = {"room": cursor.room, "message": message.pk, "revision": message.revision}
    record(current, pending.event, outcome, **about)
    if outcome.is_success:
        move(cursor, message.revision)
        OutgoingWebhook.objects.filter(pk=webhook.pk).update(**HEALTHY)
    else:
        _note_failure(current, outcome)
    return outcome.is_success


def record(
    webhook: OutgoingWebhook,
    event: str,
    outcome: Outcome,
    room: Room | None = None,
    message: int = 0,
    revision: int = 0,
) -> None:
    """Store an attempt."""
    Attempt.objects.create(
        webhook=webhook,
        room=room,
        message=message,
        revision=revision,
        event=event,
        milliseconds=outcome.milliseconds,
        status=outcome.status,
        error=outcome.error,
    )


def _note_failure(webhook: OutgoingWebhook, outcome: Outcome) -> None:
    """Plan the next attempt, or turn the webhook off."""
    if webhook.disabled_at is not None:
        return
    now = timezone.now()
    since, attempts = webhook.failing_since or now, webhook.attempts + 1
    if outcome.status == GONE or now >= since + FAILING_KEPT:
        disable(webhook, Reason.GONE if outcome.status == GONE else Reason.FAILING)
        return
    seconds = wait_after(attempts, outcome)
    # The last attempt comes at the end of the time, not hours later.
    next_at = now + timedelta(seconds=seconds)
    if now < since + FAILING_KEPT < next_at:
        next_at = since + FAILING_KEPT
    failing = {"attempts": attempts, "failing_since": since, "next_attempt_at": next_at}
    OutgoingWebhook.objects.filter(pk=webhook.pk).update(**failing)
    import_string(DELIVER).using(run_after=next_at).enqueue(webhook.pk)


def wait_after(attempts: int, outcome: Outcome) -> float:
    """Return the seconds to wait after this many failures in a row, the last with `outcome`."""
    seconds = BACK_OFF[min(attempts, len(BACK_OFF)) - 1] * random.uniform(0.8, 1.2)
    if outcome.status in SLOW_DOWN:
        seconds = max(2 * seconds, SLOWEST_SECONDS)
    return max(seconds, min(outcome.wait, MAX_WAIT))


def forget_attempts(webhook: OutgoingWebhook) -> None:
    """Delete all but the last ATTEMPTS_KEPT. `pending` needs them all until everything is sent."""
    kept = Attempt.objects.filter(webhook=webhook).order_by("-pk")[:ATTEMPTS_KEPT]
    oldest = list(kept.values_list("pk", flat=True))[-1:]
    if oldest:
        Attempt.objects.filter(webhook=webhook, pk__lt=oldest[0]).delete()


def send_test(webhook_id: int) -> None:
    """Send something to see whether it arrives, also to a webhook that is off."""
    webhook = _by_hand(webhook_id)
    if webhook is None:
        return
    now = timezone.now()
    message_id = f"{webhook.pk}.test.{int(now.timestamp() * 1_000_000)}"
    data = {"bot": webhook.bot.username, "text": "This is a test."}
    _send_by_hand(webhook, Post(webhook, message_id, payload("test", now, data)), "test")


def send_again(attempt_id: int) -> None:
    """Repeat an attempt, with the same `webhook-id`: the message is sent as it is now.

    Nothing is sent if the bot has lost the room. The cursor stays where it is.
    """
    attempt = Attempt.objects.filter(pk=attempt_id).first()
    webhook = attempt and _by_hand(attempt.webhook_id)
    if webhook is None:
        return
    cursors = WebhookCursor.objects.filter(webhook=webhook, room__in=rooms_of(webhook.bot))
    cursor = cursors.filter(room=attempt.room_id).select_related("room").first()
    messages = Message.objects.for_display().filter(pk=attempt.message, room=attempt.room_id)
    message = messages.first()
    if cursor is None or message is None:
        return
    event = Event.DELETED if message.is_deleted else attempt.event
    at = message.deleted_at or message.edited_at or message.created_at
    post = post_of(webhook, Pending(cursor, message, event, [], at), attempt.revision)
    about = {"room": cursor.room, "message": message.pk, "revision": attempt.revision}
    _send_by_hand(webhook, post, event, **about)


def _by_hand(webhook_id: int) -> OutgoingWebhook | None:
    webhooks = OutgoingWebhook.objects.select_related("bot__owner")
    webhook = webhooks.filter(pk=webhook_id).first()
    return webhook if webhook is not None and is_alive(webhook.bot) else None


def _send_by_hand(webhook: OutgoingWebhook, post: Post, event: str, **about) -> None:
    def then(outcome: Outcome) -> None:
        with transaction.atomic():
            if OutgoingWebhook.objects.select_for_update(no_key=True).filter(pk=webhook.pk):
                record(webhook, event, outcome, **about)
        if outcome.is_success:
            _try_now(webhook)

    outcome = send_or_leave(post, then)
    if outcome is not None:
        then(outcome)


def _try_now(webhook: OutgoingWebhook) -> None:
    """Repeat what has failed without waiting any longer: the endpoint answers again."""
    waiting = OutgoingWebhook.objects.filter(pk=webhook.pk, next_attempt_at__isnull=False)
    if waiting.filter(disabled_at=None).update(next_attempt_at=None):
        come_back(webhook.pk)
