"""Everything that a person can do with a message. Each saves in one transaction, then tells."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from rooms.actions import touch_room
from users.languages import workspace_time_zone

from . import broadcasts
from .formatting import render_body
from .models import Message

# Within this time the same author's messages stand under one name.
CONTINUES_WITHIN = timedelta(minutes=5)


def post_message(room, author, body, nonce):
    """Store one message and tell the room; return the Message.

    A nonce that `author` has used before gives the message that was stored then: a send may be
    repeated, in a row or at the same instant, and is stored once.
    """
    try:
        return _store_message(room, author, body, nonce)
    except IntegrityError:
        stored = Message.objects.for_display().filter(author=author, nonce=nonce).first()
        if stored is None:
            raise
        return stored


@transaction.atomic
def _store_message(room, author, body, nonce):
    touch_room(room, last_position=1)
    now = timezone.now()
    message = Message(
        room=room,
        author=author,
        body=body,
        body_html=render_body(body),
        position=room.last_position,
        revision=room.revision,
        nonce=nonce,
        created_at=now,
        **_place_in_conversation(room, author, now),
    )
    message.save(force_insert=True)
    broadcasts.messages_changed(room, [message], room.revision, posted=True)
    return message


def _place_in_conversation(room, author, now):
    """Say whether the next message opens a day, or continues what its author just said."""
    last = (
        Message.objects.filter(room=room, position=room.last_position - 1)
        .values_list("author_id", "created_at")
        .first()
    )
    if last is None:
        return {"opens_day": True, "continues": False}
    last_author, last_at = last
    zone = workspace_time_zone()
    opens_day = last_at.astimezone(zone).date() != now.astimezone(zone).date()
    continues = not opens_day and last_author == author.pk and now - last_at < CONTINUES_WITHIN
    return {"opens_day": opens_day, "continues": continues}


def edit_message(message, body):
    """Change the text of `message` and tell the room; return the message."""
    return _change_message(
        message, body=body, body_html=render_body(body), edited_at=timezone.now()
    )


def delete_message(message):
    """Empty `message` and keep its row, so that pages which were away learn of it too."""
    return _change_message(message, body="", body_html="", deleted_at=timezone.now())


@transaction.atomic
def _change_message(message, **changes):
    room = touch_room(message.room)
    message.refresh_from_db(
        from_queryset=Message.objects.for_display().select_for_update(of=["self"])
    )
    message.room = room
    if message.is_deleted:  # somebody was faster; a tombstone stays one
        return message
    for field, value in changes.items():
        setattr(message, field, value)
    message.revision = room.revision
    message.save(update_fields=[*changes, "revision"])
    broadcasts.messages_changed(room, [message], room.revision, posted=False)
    return message
