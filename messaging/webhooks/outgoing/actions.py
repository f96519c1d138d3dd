"""Everything that people can do with outgoing webhooks. Each saves in one transaction."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from core.views import require
from rooms.locking import lock_room
from rooms.models import Room
from users.audit import Act, record
from users.bots.actions import lock_bot
from users.models import User

from ...followups.changes import DELIVER
from . import mail
from .models import HEALTHY, Attempt, OutgoingWebhook, Reason, WebhookCursor
from .pending import CHANGES_KEPT, forget_cursors, rooms_of, settle, stop_noting

MAX_WEBHOOKS = 10  # of one bot
SEND_TEST = "messaging.webhooks.outgoing.tasks.send_test"
SEND_AGAIN = "messaging.webhooks.outgoing.tasks.send_again"
# A webhook that has been off for longer cannot catch up: the changes may be forgotten by then. The
# five days are for the time in which it failed before it was turned off.
CAN_CATCH_UP = CHANGES_KEPT - timedelta(days=5)

type Choice = Any  # a str; without Django's stubs, mypy takes a TextChoices member for a tuple


class TooManyWebhooks(Exception):
    """The bot has MAX_WEBHOOKS already."""


def is_alive(bot: User) -> bool:
    """Return True if `bot` is active, and its owner, who must be loaded."""
    owner = bot.owner
    return bot.is_bot and bot.is_active and owner is not None and owner.is_active


@transaction.atomic
def add_webhook(
    bot: User, by: User, url: str, rooms: Iterable[Room], events: str, includes_bots: bool = False
) -> OutgoingWebhook:
    """Make a webhook for what happens in these rooms of `bot` from now on; return it.

    Rooms that the bot is not in (any more) are left out. Raise TooManyWebhooks; raise
    PermissionDenied if `by` is neither its owner nor an administrator, or if the bot or its owner
    was deactivated.
    """
    bot = _lock_alive(bot, by)
    if bot.outgoing_webhooks.count() >= MAX_WEBHOOKS:
        raise TooManyWebhooks
    webhook = OutgoingWebhook.objects.create(
        bot=bot, url=url, events=events, includes_bots=includes_bots, created_by=by
    )
    _follow(webhook, rooms)
    record(Act.WEBHOOK_MADE, by, person=bot, detail=mail.host_of(url))
    return webhook


@transaction.atomic
def change_webhook(
    webhook: OutgoingWebhook,
    by: User,
    url: str,
    rooms: Iterable[Room],
    events: str,
    includes_bots: bool,
    offered: Iterable[Room],
) -> None:
    """Change a webhook. Of the rooms `offered` it has only `rooms` then; others stay as they are.

    With another address, what has failed is tried again at once. Raise PermissionDenied as
    `add_webhook` does.
    """
    _lock_alive(webhook.bot, by)
    chosen, known = {room.pk for room in rooms}, {room.pk for room in offered}
    dropped = webhook.cursors.filter(room__in=known - chosen)
    forget_cursors(list(dropped))
    _follow(webhook, [room for room in rooms if not webhook.cursors.filter(room=room).exists()])
    changes: dict[str, Any] = {"events": events, "includes_bots": includes_bots, "url": url}
    if url != webhook.url:
        changes |= HEALTHY
        record(Act.WEBHOOK_MADE, by, person=webhook.bot, detail=mail.host_of(url))
    OutgoingWebhook.objects.filter(pk=webhook.pk).update(**changes)
    if url != webhook.url:
        import_string(DELIVER).enqueue(webhook.pk)


def _lock_alive(bot: User, by: User) -> User:
    """Lock `bot` and return it as it is now. Raise PermissionDenied as `add_webhook` says."""
    people = lock_bot(bot, by)
    current = people[bot.pk]
    require(is_alive(current))
    return current


def _follow(webhook: OutgoingWebhook, rooms: Iterable[Room]) -> None:
    """Make cursors of the webhook in those of these rooms that its bot is in."""
    for room in rooms_of(webhook.bot).filter(pk__in=[room.pk for room in rooms]).order_by("pk"):
        lock_room(room)  # no revision passes between the cursor and the mark
        Room.objects.filter(pk=room.pk).update(has_webhooks=True)
        now = {"revision": room.revision, "settled": room.revision}
        WebhookCursor.objects.get_or_create(webhook=webhook, room=room, defaults=now)


@transaction.atomic
def remove_webhook(webhook: OutgoingWebhook, by: User) -> None:
    """Send nothing to a webhook any more, and forget it."""
    lock_bot(webhook.bot, by)
    rooms = list(webhook.cursors.values_list("room", flat=True))
    if OutgoingWebhook.objects.filter(pk=webhook.pk).delete()[0]:
        record(Act.WEBHOOK_REMOVED, by, person=webhook.bot, detail=mail.host_of(webhook.url))
    stop_noting(rooms)


@transaction.atomic
def renew_secret(webhook: OutgoingWebhook, by: User) -> None:
    """Sign with a new secret; for a day the one before signs too."""
    lock_bot(webhook.bot, by)
    current = OutgoingWebhook.objects.select_for_update(no_key=True).get(pk=webhook.pk)
    renewed = {"generation": current.generation + 1, "renewed_at": timezone.now()}
    OutgoingWebhook.objects.filter(pk=webhook.pk).update(**renewed)


@transaction.atomic
def turn_off(webhook: OutgoingWebhook, by: User) -> None:
    """Send nothing until it is turned on again."""
    lock_bot(webhook.bot, by)
    disable(webhook, Reason.PERSON)


@transaction.atomic
def turn_on(webhook: OutgoingWebhook, by: User, from_now: bool) -> None:
    """Send again: from where it stopped, or `from_now` on what happens from now.

    After CAN_CATCH_UP it is always from now. Raise PermissionDenied as `add_webhook` does.
    """
    _lock_alive(webhook.bot, by)
    webhooks = OutgoingWebhook.objects.filter(pk=webhook.pk, disabled_at__isnull=False)
    if from_now or not can_catch_up(webhook):
        for cursor in webhook.cursors.select_related("room").order_by("room"):
            lock_room(cursor.room)
            settle(cursor)
    if webhooks.update(disabled_at=None, reason="", queued_at=None, **HEALTHY):
        import_string(DELIVER).enqueue(webhook.pk)


def can_catch_up(webhook: OutgoingWebhook) -> bool:
    """Return True if the changes since the webhook was turned off are still stored."""
    return webhook.disabled_at is None or webhook.disabled_at > timezone.now() - CAN_CATCH_UP


@transaction.atomic
def disable(webhook: OutgoingWebhook, reason: Choice) -> None:
    """Turn a webhook off, unless it is off. The owner of its bot gets a mail if it has failed."""
    on = OutgoingWebhook.objects.filter(pk=webhook.pk, disabled_at=None)
    if on.update(disabled_at=timezone.now(), reason=reason, next_attempt_at=None):
        mail.send_disabled(webhook, reason)


def disable_restored() -> None:
    """Turn all webhooks off after a restore, so that nobody gets changes twice, or those of a copy
    of the site, without knowing why."""
    OutgoingWebhook.objects.filter(disabled_at=None).update(
        disabled_at=timezone.now(), reason=Reason.RESTORED
    )
    OutgoingWebhook.objects.update(queued_at=None, next_attempt_at=None, leased_until=None)


def send_test(webhook: OutgoingWebhook) -> None:
    """Queue a test, by which people see whether anything arrives."""
    import_string(SEND_TEST).enqueue(webhook.pk)


def send_again(attempt: Attempt) -> None:
    """Queue an attempt to be repeated."""
    import_string(SEND_AGAIN).enqueue(attempt.pk)
