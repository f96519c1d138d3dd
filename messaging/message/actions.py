"""Everything that a user can do with a message. Each saves in one transaction, then broadcasts."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.utils import timezone

from core.queries.together import run_together
from core.views import require
from rooms.actions import touch_room
from rooms.counters import count_pins, note_touched, touching
from rooms.direct.broadcasts import list_changed
from rooms.locking import lock_act, lock_room, memberships_in, reading_memberships
from rooms.models import Room
from users.audit import Act, record
from users.models import User

from ..attachments.actions import Gone, attach, require_waiting
from ..attachments.models import Attachment
from ..attachments.snapshots import KEY as FILES
from ..attachments.snapshots import snapshot_of
from ..drafts.actions import empty_drafts
from ..followups.actions import after_edit, after_post, before_edit
from ..followups.changes import POSTED, note_changes, what_changes
from ..mentions import parsing
from ..versions.actions import keep_version
from . import broadcasts, replies
from .models import Message, send_key
from .replies import NotAnswerable as NotAnswerable
from .sql import posts


class Draft(NamedTuple):
    """A message to be posted: its author, the text, and the nonce of this send."""

    author: User
    body: str
    nonce: str
    draft: str = ""  # the key of the kept draft that becomes this message: see messaging.drafts
    reply_to: int | None = None  # the id of the message that it answers
    files: Sequence[Attachment] = ()  # with their blobs loaded
    shown_as: str | None = None  # the name given to a webhook, or ""; then it is never grouped

    def key_in(self, room: Room) -> tuple[int, str]:
        """Return the key that only this send and its repetitions have."""
        return self.author.pk, send_key(room.pk, self.body, self.nonce, self.reply_to)


def post_message(
    room: Room,
    author: User,
    body: str,
    nonce: str,
    by_members: bool = False,
    reply_to: int | None = None,
) -> Message:
    """Store one message and broadcast it; return the Message. See `post_messages`."""
    return post_messages(room, [Draft(author, body, nonce, reply_to=reply_to)], by_members)[0]


def post_messages(room: Room, drafts: Sequence[Draft], by_members: bool = False) -> list[Message]:
    """Store `drafts` in order, in one transaction, and broadcast them once.

    Return a Message for each draft. A send can be repeated, later or at the same time: for the same
    text with the same nonce in the same room, return the message that is stored already, even if
    it was edited or deleted since. A different text is a different message, whatever its nonce.

    With `by_members`, raise PermissionDenied and store nothing if one of the authors cannot post
    in the room (any more). This is checked under the room's lock.

    Raise NotAnswerable and store nothing if one of the messages that they answer is not in the room
    or was deleted before the composer (see `issued_at`) was opened. What was deleted since is
    answered: who has written a long answer meanwhile must not lose it. Raise Gone and store nothing
    if one of the files is not there any more.
    """
    # Parse before the transaction: it blocks all other posts to the room, on SQLite to all rooms.
    texts = [parsing.read(room, draft.author, draft.body) for draft in drafts]
    try:
        return _store(room, drafts, texts, {}, by_members)
    except (IntegrityError, NotAnswerable, Gone):  # one of them may be stored already
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
        drafts, texts = zip(*fresh.values(), strict=True)
        said = _lock(room, drafts, by_members)
        answered = replies.answered_by(drafts, room)
        require_waiting(file for draft in drafts for file in draft.files)
        texts = parsing.read_again(room, list(replies.calling(drafts, texts, answered)))
        messages = list(_number(room, drafts, texts, answered, said))
        access = posts.insert(room, messages)
        parsing.store(zip(messages, texts, strict=True))
        attach(zip(messages, (draft.files for draft in drafts), strict=True))
        stored |= {(message.author_id, message.nonce): message for message in messages}
        empty_drafts(room, [(draft.author.pk, draft.draft) for draft in drafts if draft.draft])
        after_post(room, messages)
        note_changes(room, [(message, POSTED) for message in messages])
        if room.is_direct and room.last_position == len(fresh):
            list_changed(room)
        first_revision = room.revision - len(fresh) + 1
        broadcasts.messages_changed(room, messages, first_revision, posted=True, access=access)
    return [stored[key] for key in keys]


def _lock(room: Room, drafts: Sequence[Draft], by_members: bool) -> posts.Said:
    """Lock `room` and count the messages that `drafts` become; return what was last said there.

    With `by_members`, raise PermissionDenied unless all authors can post.
    """
    author_ids = {draft.author.pk for draft in drafts}
    counters, members, said = run_together(
        touching(room, by=len(drafts), last_position=len(drafts)),
        reading_memberships(room, author_ids),
        posts.reading_last_said(room),
    )
    note_touched(room, counters)
    if by_members:
        memberships = memberships_in(room, members)
        require({each.user_id for each in memberships if each.can_post} == author_ids)
    return posts.said_in(said)


def _already_stored(room: Room, drafts: Sequence[Draft]) -> dict[tuple[int, str], Message]:
    authors, nonces = zip(*(draft.key_in(room) for draft in drafts), strict=True)
    repeated = Message.objects.for_display().filter(author__in=authors, nonce__in=nonces)
    return {(message.author_id, message.nonce): message for message in repeated}


def _number(
    room: Room,
    drafts: Sequence[Draft],
    texts: Sequence[parsing.Text],
    answered: Mapping[int, Message],
    said: posts.Said,
) -> Iterator[Message]:
    """Yield a Message for each draft and text, with the next positions and revisions.

    `said` is what was last said before.
    """
    behind = len(drafts)
    author_id, said_at, run = said
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
            nonce=send_key(room.pk, draft.body, draft.nonce, draft.reply_to),
            created_at=timezone.now(),
            extras={"shown_as": draft.shown_as} if draft.shown_as else {},
        )
        message.is_new = True
        if draft.reply_to is not None:
            message.reply_to = answered[draft.reply_to]
            message.extras = replies.extras_of(message.reply_to)
        if draft.files:
            message.extras = message.extras | {FILES: snapshot_of(draft.files)}
        run = message.follow(author_id if draft.shown_as is None else None, said_at, run)
        author_id, said_at = message.author_id, message.created_at
        yield message


def edit_message(message: Message, body: str, by: User | None = None) -> Message:
    """Change the text of `message` and broadcast it; return the message.

    The earlier text is kept for moderators: see messaging.versions. A text that changes nothing
    does not make the message an edited one. Raise PermissionDenied if `by` is not its author or
    cannot post in the room (any more).
    """
    called = set(message.mentions.values_list("user_id", flat=True))
    text = parsing.read(message.room, message.author, body, called)
    return _store_edit(message, body, replies.still_calling(message, text, called), by)


@transaction.atomic
def _store_edit(message: Message, body: str, text: parsing.Text, by: User | None) -> Message:
    acting, _nobody = lock_act(message.room, by)
    require(acting is None or (acting.user_id == message.author_id and acting.can_post))
    [text] = parsing.read_again(message.room, [text])
    message.read_again()
    earlier, written_at = message.body, message.edited_at or message.created_at
    if (body, text.mentioned) == (earlier, message.mentioned):
        return message
    extras = before_edit(message, text.html)
    edit = {"body": body, "body_html": text.html, "mentioned": text.mentioned, "extras": extras}
    edited_at = timezone.now()
    if change_message(message, **edit, edited_at=edited_at):
        parsing.store_again(message, text)
        if body != earlier:
            keep_version(message.pk, earlier, written_at, edited_at)
        after_edit(message)
    return message


@transaction.atomic
def delete_message(message: Message, by: User | None = None) -> Message:
    """Empty `message` and keep its row, so that offline pages catch up on the deletion too.

    `by` is the user who deletes it, recorded unless they are the author. Raise PermissionDenied if
    they are neither an author who can post in the room nor a moderator (any more).
    """
    acting, _nobody = lock_act(message.room, by)
    is_own = acting is not None and acting.user_id == message.author_id
    require(acting is None or acting.can_moderate or (is_own and not acting.is_muted))
    emptied = {"body": "", "body_html": "", "mentioned": "", "extras": None}
    if not change_message(message, **emptied, deleted_at=timezone.now()):
        return message
    if "pin" in _forget(message):
        count_pins(message.room, by=-1)
    if by is not None and by.pk != message.author_id:
        where = {"room": message.room, "detail": f"#{message.position}"}
        record(Act.MESSAGE_DELETED, by, person=message.author, **where)
    return message


def _forget(message: Message) -> set[str]:
    """Delete the rows of other packages that end with the message: see `ends_with_message`.

    Return the names of the relations that it had.
    """
    forgotten = set()
    for relation in Message._meta.related_objects:
        model = relation.related_model
        if hasattr(model, "ends_with_message"):
            rows = model._base_manager.filter(**{relation.field.name: message})
            if rows.filter(model.ends_with_message).delete()[0]:
                forgotten.add(relation.name)
    return forgotten


@transaction.atomic
def change_message(message: Message, **changes: Any) -> bool:
    """Save `changes` of `message` as its room's next revision, and push it to open pages.

    Use this for every change that the fragment shows. It reads the message again under the room's
    lock. If its text changes, the excerpts in its replies change with it (see `replies`). Return
    True if the message changed. If it has these values already or was deleted meanwhile, do
    nothing: no new revision, no write, no push.

    `extras` contains only the keys to write; those of other features stay. A key whose value is
    None is removed; `extras=None` removes all keys.
    """
    room = message.room
    lock_room(room)
    message.read_again()
    if "extras" in changes:
        changes["extras"] = _merge(message.extras, changes["extras"])
    changes = {field: value for field, value in changes.items() if getattr(message, field) != value}
    if message.is_deleted or not changes:
        return False
    changes_text, what = _changes_text(message, changes), what_changes(message, changes)
    answers = replies.newest_replies(message) if changes_text else []
    touch_room(room, by=1 + len(answers))
    for field, value in changes.items():
        setattr(message, field, value)
    message.revision = first_revision = room.revision - len(answers)
    message.save(update_fields=[*changes, "revision"])
    replies.store_excerpts(message, answers, first_revision + 1)
    note_changes(room, [(message, what)])
    broadcasts.messages_changed(room, [message, *answers], first_revision, posted=False)
    return True


def _changes_text(message: Message, changes: Mapping[str, Any]) -> bool:
    """Return True if `changes` of `message` change its text or its files, which replies show."""
    changes_files = changes.get("extras", message.extras).get(FILES) != message.extras.get(FILES)
    return changes_files or not {"body_html", "edited_at", "deleted_at"}.isdisjoint(changes)


def _merge(extras: Mapping[str, Any], changes: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return `extras` updated with `changes`: see `change_message`."""
    if changes is None:
        return {}
    return {key: value for key, value in {**extras, **changes}.items() if value is not None}
