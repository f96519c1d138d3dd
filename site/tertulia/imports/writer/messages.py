"""Store a batch of messages: numbered without gaps, read by everybody, told to nobody."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence

from django.db import connection, transaction

from messaging.attachments.actions import attach
from messaging.attachments.snapshots import KEY as FILES
from messaging.attachments.snapshots import snapshot_of
from messaging.mentions.models import Mention
from messaging.message.sql.posts import last_said
from messaging.models import Message, Pin, Reaction, WebhookCursor
from messaging.pins.models import MAX_PINS
from messaging.replies.excerpts import KEY as REPLY
from messaging.replies.excerpts import stored_reply
from rooms.counters import touch_room
from rooms.locking import lock_room
from rooms.models import Membership, Room
from users.models import User

from .. import reasons
from ..models import Imported
from .keys import nonce_of
from .parts import Part
from .places import is_imported
from .reactions import rows_of, summary_of

_ANSWER = f"UPDATE {Message._meta.db_table} SET reply_to_id = %s, extras = %s WHERE id = %s"


class WrittenSince(Exception):
    """Somebody has written in the room after the import began: nothing may come between."""


@transaction.atomic
def store_batch(
    source: str, room: Room, parts: Sequence[Part], by: User, skipped: Counter[str]
) -> int:
    """Store `parts` at the end of `room`, in order; return how many. Pins are those of `by`.

    What has no place is counted in `skipped`. Raise WrittenSince.
    """
    lock_room(room)
    if room.last_position and not is_imported(room):
        raise WrittenSince
    touch_room(room, by=len(parts), last_position=len(parts))
    _number(source, room, parts)
    Message.objects.bulk_create([part.message for part in parts])
    Imported.objects.bulk_create(
        Imported(source=source, kind=Imported.Kind.MESSAGE, key=part.key, number=part.message.pk)
        for part in parts
    )
    _answer(source, room, parts, skipped)
    attach((part.message, part.files) for part in parts if part.files)
    Mention.objects.bulk_create(_mentions(parts))
    Reaction.objects.bulk_create(
        row for part in parts for row in rows_of(part.message.pk, part.kinds, part.at)
    )
    _pin(room, parts, by, skipped)
    _mark_read(room)
    return len(parts)


def _number(source: str, room: Room, parts: Sequence[Part]) -> None:
    """Give each part its Message, with the next positions and revisions."""
    behind = len(parts)
    author_id, said_at, run = last_said(room, room.last_position - behind)
    for part in parts:
        behind -= 1
        part.message = message = Message(
            room=room,
            author=part.author,
            body=part.body,
            body_html=part.text.html,
            mentioned=part.text.mentioned,
            position=room.last_position - behind,
            revision=room.revision - behind,
            nonce=nonce_of(source, part.key),
            created_at=part.at,
            edited_at=part.edited_at,
            deleted_at=part.deleted_at,
            extras=_extras(part),
        )
        run = message.follow(author_id, said_at, run)
        if part.reply_to is not None:
            message.continues, run = False, 1
        author_id, said_at = message.author_id, message.created_at


def _extras(part: Part) -> dict[str, object]:
    extras: dict[str, object] = {}
    if part.files:
        extras[FILES] = snapshot_of(part.files)
    if part.kinds:
        extras["reactions"] = summary_of(part.kinds)
    return extras


def _answer(source: str, room: Room, parts: Sequence[Part], skipped: Counter[str]) -> None:
    """Store what the replies answer, which may be in the same batch."""
    here = {part.key: part.message for part in parts}
    replies = [part for part in parts if part.reply_to is not None]
    earlier = {part.reply_to for part in replies} - here.keys()
    here |= _messages_of(source, room, earlier)
    changes = []
    for part in replies:
        answered = here.get(part.reply_to)
        if answered is None:
            skipped[reasons.NO_ROOT] += 1
            continue
        extras = part.message.extras | {REPLY: stored_reply(answered)}
        changes.append((answered.pk, json.dumps(extras), part.message.pk))
        part.message.extras = extras
    if changes:
        with connection.cursor() as cursor:
            cursor.executemany(_ANSWER, changes)


def _messages_of(source: str, room: Room, keys: Iterable[str]) -> dict[str, Message]:
    rows = Imported.objects.of(source, Imported.Kind.MESSAGE).filter(key__in=list(keys))
    numbers = dict(rows.values_list("key", "number"))
    found = room.messages.in_bulk(numbers.values()) if numbers else {}
    return {key: found[number] for key, number in numbers.items() if number in found}


def _mentions(parts: Iterable[Part]) -> list[Mention]:
    return [
        Mention(
            message=part.message,
            user_id=user_id,
            room_id=part.message.room_id,
            position=part.message.position,
            created_at=part.at,
        )
        for part in parts
        for user_id in part.text.people
    ]


def _pin(room: Room, parts: Sequence[Part], by: User, skipped: Counter[str]) -> None:
    pinned = [part for part in parts if part.pinned_at is not None]
    free = max(0, MAX_PINS - room.pins)
    skipped[reasons.TOO_MANY_PINS] += max(0, len(pinned) - free)
    for part in pinned[:free]:
        message = part.message
        Pin.objects.create(message=message, room=room, pinned_by=by, pinned_at=part.pinned_at)
        message.extras = message.extras | {"pin": {"by": by.pk, "at": part.pinned_at.isoformat()}}
        message.save(update_fields=["extras"])
    if pinned[:free]:
        room.pins += len(pinned[:free])
        room.save(update_fields=["pins"])


def _mark_read(room: Room) -> None:
    """Mark all of `room` as read, mailed, pushed and sent to webhooks."""
    last = room.last_position
    Membership.objects.filter(room=room).update(
        last_read_position=last, own_unread=0, notify_after=last, push_after=last
    )
    WebhookCursor.objects.filter(room=room).update(revision=room.revision)
