"""All actions on incoming webhooks. Each saves in one transaction."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from rooms.actions import join_room
from rooms.locking import lock_managed
from rooms.models import Room
from users.audit import Act, record
from users.bots.actions import make_bot
from users.models import User, hash_token, new_token

from .models import IncomingWebhook

USED_EVERY = timedelta(minutes=1)


@transaction.atomic
def add_webhook(
    room: Room,
    by: User,
    username: str,
    display_name: str = "",
    bot: User | None = None,
    shows_names: bool = False,
) -> tuple[IncomingWebhook, str]:
    """Make a webhook of `room`, with a bot of `by`: a new one of this name, or `bot`.

    Return (webhook, token). Only the hash of the token is stored. The bot joins the room by the
    right of `by`. Raise IntegrityError if the name is taken, PermissionDenied if `by` does not
    manage the room (any more), or if the bot is banned from it.
    """
    bot = bot or make_bot(by, username, display_name)
    join_room(room, bot, by=by)
    lock_managed(room, by)
    token = new_token()
    webhook = IncomingWebhook.objects.create(
        room=room,
        bot=bot,
        token_hash=hash_token(token),
        shows_names=shows_names,
        created_by=by,
    )
    record(Act.WEBHOOK_MADE, by, person=bot, room=room, detail=f"#{webhook.pk}")
    return webhook, token


@transaction.atomic
def renew_address(webhook: IncomingWebhook, by: User) -> str:
    """Replace the address of `webhook`, which stops working; return the token of the new one.

    Raise PermissionDenied if `by` does not manage the room (any more).
    """
    lock_managed(webhook.room, by)
    token = new_token()
    webhook.token_hash = hash_token(token)
    webhook.save(update_fields=["token_hash"])
    record(Act.WEBHOOK_MADE, by, person=webhook.bot, room=webhook.room, detail=f"#{webhook.pk}")
    return token


@transaction.atomic
def remove_webhook(webhook: IncomingWebhook, by: User | None = None) -> None:
    """Revoke `webhook`: its address stops working. Its bot and what it said stay.

    Raise PermissionDenied if `by` does not manage the room (any more).
    """
    lock_managed(webhook.room, by)
    current = IncomingWebhook.objects.current().filter(pk=webhook.pk)
    if current.update(revoked_at=timezone.now()):
        where = {"room": webhook.room, "detail": f"#{webhook.pk}"}
        record(Act.WEBHOOK_REMOVED, by, person=webhook.bot, **where)


def end_webhooks(sender: Any, person: User, **_options: Any) -> None:
    """Revoke the webhooks of a bot that is retired, for good. Connected in messaging.apps."""
    IncomingWebhook.objects.current().filter(bot=person).update(revoked_at=timezone.now())


def note_use(webhook: IncomingWebhook) -> None:
    """Store that `webhook` is used now, at most every USED_EVERY."""
    now = timezone.now()
    if webhook.used_at is None or webhook.used_at < now - USED_EVERY:
        IncomingWebhook.objects.filter(pk=webhook.pk).update(used_at=now)
