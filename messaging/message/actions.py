"""Everything that a person can do with a message. Each saves in one transaction, then tells."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.utils import timezone

from core.views import require
from rooms.actions import touch_room
from rooms.counters import note_own
from rooms.locking import current_memberships, lock_act, lock_room
from rooms.models import Room
from users.audit import Act, record
from users.models import User

from ..mentions import parsing
from . import broadcasts
from .models import Message, send_key

# This runs with every message, and the ORM takes several times as long to build it. It is ordered,
# so that the index by position serves whatever the planner thinks of the room's size.
_LAST_SAID = f"""SELECT id, author_id, created_at FROM {Message._meta.db_table}
WHERE room_id = %s AND position <= %s ORDER BY position DESC LIMIT 1"""


class Draft(NamedTuple):
    """What somebody wants to say: a User, the text, and the nonce of this send."""

    author: User
    body: str
    nonce: str

    def key_in(self, room: Room) -> tuple[int, str]:
        """Return what a repetition of this send shares with it, and no other send does."""
        return self.author.pk, send_key(room.pk, self.body, self.nonce)


def post_message(
    room: Room, author: User, body: str, nonce: str, by_members: bool = False
) -> Message:
    """Store one message and tell the room; return the Message. See `post_messages`."""
    return post_messages(room, [Draft(author, body, nonce)], by_members)[0]


def post_messages(room: Room, drafts: Sequence[Draft], by_members: bool = False) -> list[Message]:
    """Store `drafts` in their order, in one transaction, and tell the room once.

    Return a Message for each draft. A send may be repeated, in a row or at the same instant: the
    same text with the same nonce in the same room gives the message that was stored then, also if
    it was edited or deleted since. Another text is another message, whatever its nonce.

    With `by_members`, raises PermissionDenied, and stores nothing, if one of the authors may not
    write in the room (any more): asked under its lock.
    """
    # Before the transaction: while it lasts, nobody else posts into the room, or on SQLite at all.
    texts = [parsing.read(room, draft.author, draft.body) for draft in drafts]
    try:
        return _store(room, drafts, texts, {}, by_members)
    except IntegrityError:  # one of them has been stored already
        return _store(room, drafts, texts, _already_stored(room, drafts), by_members)


@transaction.atomic
def _store(
    room: Room,
    drafts: Sequence[Draft],
    texts: Sequence[parsing.Text],
    stored: dict[tuple[int, str], Message],
    by_members: bool,
) -> list[Message]:
    keys = [draft.key_in(room) for draft in drafts]
    fresh = {key: new for key, *new in zip(keys, drafts, texts, strict=True) if key not in stored}
    if fresh:
        touch_room(room, by=len(fresh), last_position=len(fresh))
        drafts, texts = zip(*fresh.values(), strict=True)
        if by_members:
            require(_may_post(room, {draft.author.pk for draft in drafts}))
        texts = parsing.read_again(room, texts)
        messages = Message.objects.bulk_create(_number(room, drafts, texts))
        parsing.store(zip(messages, texts, strict=True))
        stored |= {(message.author_id, message.nonce): message for message in messages}
        _note_own(room, messages)
        first_revision = room.revision - len(fresh) + 1
        broadcasts.messages_changed(room, messages, first_revision, posted=True)
    return [stored[key] for key in keys]


def _may_post(room: Room, author_ids: Iterable[int]) -> bool:
    """Return True if all of these people may write in `room`, whose lock is held."""
    memberships = current_memberships(room, author_ids)
    return {each.user_id for each in memberships if each.can_post} == author_ids


def _note_own(room: Room, messages: Iterable[Message]) -> None:
    """Keep what people have just posted from counting as unread for themselves."""
    positions = defaultdict(list)
    for message in messages:
        positions[message.author_id].append(message.position)
    for author_id in sorted(positions):
        note_own(room, author_id, positions[author_id])


def _already_stored(room: Room, drafts: Sequence[Draft]) -> dict[tuple[int, str], Message]:
    authors, nonces = zip(*(draft.key_in(room) for draft in drafts), strict=True)
    repeated = Message.objects.for_display().filter(author__in=authors, nonce__in=nonces)
    return {(message.author_id, message.nonce): message for message in repeated}


def _number(
    room: Room, drafts: Sequence[Draft], texts: Sequence[parsing.Text]
) -> Iterator[Message]:
    """Make messages of `drafts` and their `texts`, with the numbers that were counted for them."""
    behind = len(drafts)
    author_id, said_at = _last_said(room, room.last_position - behind)
    for draft, text in zip(drafts, texts, strict=True):
        behind -= 1
        message = Message(
            room=room,
            author=draft.author,
            body=draft.body,
            body_html=text.html,
            mentioned=text.mentioned,
            position=room.last_position - behind,
            revision=room.revision - behind,
            nonce=send_key(room.pk, draft.body, draft.nonce),
            created_at=timezone.now(),
        )
        message.follow(author_id, said_at)
        author_id, said_at = message.author_id, message.created_at
        yield message


def _last_said(room: Room, position: int) -> tuple[int | None, datetime | None]:
    """Return who wrote the message at `position`, and when; (None, None) where there is none."""
    for message in Message.objects.raw(_LAST_SAID, [room.pk, position]):
        return message.author_id, message.created_at
    return None, None


def edit_message(message: Message, body: str, by: User | None = None) -> Message:
    """Change the text of `message` and tell the room; return the message.

    Raises PermissionDenied if `by` is not its author, or may not write (any more).
    """
    called = set(message.mentions.values_list("user_id", flat=True))
    text = parsing.read(message.room, message.author, body, called)
    return _store_edit(message, body, text, by)


@transaction.atomic
def _store_edit(message: Message, body: str, text: parsing.Text, by: User | None) -> Message:
    acting, _nobody = lock_act(message.room, by)
    require(acting is None or (acting.user_id == message.author_id and acting.can_post))
    [text] = parsing.read_again(message.room, [text])
    edit = {"body": body, "body_html": text.html, "mentioned": text.mentioned}
    if change_message(message, **edit, edited_at=timezone.now()):
        parsing.store_again(message, text)
    return message


@transaction.atomic
def delete_message(message: Message, by: User | None = None) -> Message:
    """Empty `message` and keep its row, so that pages which were away learn of it too.

    `by` is who does it, to be noted where that is not the author. Raises PermissionDenied if they
    are neither its author, who may write, nor a moderator (any more).
    """
    acting, _nobody = lock_act(message.room, by)
    is_own = acting is not None and acting.user_id == message.author_id
    require(acting is None or acting.can_moderate or (is_own and not acting.is_muted))
    emptied = {"body": "", "body_html": "", "mentioned": "", "extras": None}
    if not change_message(message, **emptied, deleted_at=timezone.now()):
        return message
    message.mentions.all().delete()
    if by is not None and by.pk != message.author_id:
        where = {"room": message.room, "detail": f"#{message.position}"}
        record(Act.MESSAGE_DELETED, by, person=message.author, **where)
    return message


@transaction.atomic
def change_message(message: Message, **changes: Any) -> bool:
    """Save `changes` of `message` as its room's next revision, and push it to open pages.

    Everything that changes what the fragment shows goes through here. The message is read again
    under the room's lock. Return True if it changed. A message that holds these values already,
    or that was deleted meanwhile, stays as it is: nothing is counted, saved or sent.

    `extras` holds the keys to write, and leaves those of other features alone. A key whose value is
    None is removed; `extras=None` removes all of them.
    """
    room = message.room
    lock_room(room)
    message.refresh_from_db(from_queryset=Message.objects.for_display())
    message.room = room
    if "extras" in changes:
        changes["extras"] = _merge(message.extras, changes["extras"])
    changes = {field: value for field, value in changes.items() if getattr(message, field) != value}
    if message.is_deleted or not changes:
        return False
    touch_room(room)
    for field, value in changes.items():
        setattr(message, field, value)
    message.revision = room.revision
    message.save(update_fields=[*changes, "revision"])
    broadcasts.messages_changed(room, [message], room.revision, posted=False)
    return True


def _merge(extras: Mapping[str, Any], changes: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return `extras` with `changes` in it: see `change_message`."""
    if changes is None:
        return {}
    return {key: value for key, value in {**extras, **changes}.items() if value is not None}
