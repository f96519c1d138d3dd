"""Schedule, change, cancel and post messages. They are shown to nobody else: no broadcasts.

Each locks the author first, so that the task that posts a message and a page that changes it wait
for each other, then the room (see users.locking).
"""

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from core.views import require
from rooms.locking import lock_act, lock_room
from rooms.models import Membership
from users.locking import lock_person
from users.models import User

from ..commands.parsing import action_in, as_text
from ..drafts.actions import empty_drafts
from ..message.models import send_key
from ..message.replies import NotAnswerable
from ..message.submit import Submission, submit
from .models import LATE, MAX_SCHEDULED, Scheduled

# The seconds to wait after each error. If the last try fails too, the author is told.
BACK_OFF = (5, 15, 60, 300, 900)


class TooMany(Exception):
    """The person has MAX_SCHEDULED messages already."""


@transaction.atomic
def schedule_message(
    membership: Membership,
    body: str,
    send_at: datetime,
    nonce: str,
    draft: str = "",
    reply_to: int | None = None,
) -> Scheduled:
    """Keep a message of the member to be posted at `send_at`, and empty their draft of this key.

    `reply_to` is the id of the message that it answers. A repeated send, with the same nonce and
    text, changes the time at most: return what was scheduled the first time. A different text is a
    different message, as in `post_messages`. Raise TooMany if the member has too many,
    NotAnswerable if the message to answer is not in the room, and PermissionDenied if they cannot
    post there (any more).
    """
    room, author = membership.room, membership.user
    acting, _nobody = lock_act(room, author)
    require(acting.pk and acting.can_post)
    mine = Scheduled.objects.filter(author=author)
    # It begins with the time of the nonce: see `issued_at`.
    nonce = f"{nonce[:10]}{send_key(room.pk, body, nonce, reply_to)[:54]}"
    kept = mine.filter(nonce=nonce).first()
    if kept is not None:
        if kept.send_at != send_at and change_scheduled(kept, body, send_at):
            kept.refresh_from_db()
        return kept
    if mine.count() >= MAX_SCHEDULED:
        raise TooMany
    answered = reply_to and room.messages.filter(pk=reply_to, deleted_at__isnull=True).first()
    if reply_to and not answered:
        raise NotAnswerable
    when = {"send_at": send_at, "due_at": send_at}
    kept = mine.create(
        author=author, room=room, body=body, nonce=nonce, reply_to=answered or None, **when
    )
    if draft:
        empty_drafts(room, [(author.pk, draft)])
    _count(author.pk)
    return kept


@transaction.atomic
def change_scheduled(scheduled: Scheduled, body: str, send_at: datetime) -> bool:
    """Change the text and the time; also of one that was not sent, which is then tried again.

    Return False if it was posted or cancelled meanwhile.
    """
    lock_person(scheduled.author_id)
    when = {"send_at": send_at, "due_at": send_at, "tries": 0, "failure": ""}
    unsent = Scheduled.objects.unsent().filter(pk=scheduled.pk)
    is_changed = bool(unsent.update(body=body, **when))
    _count(scheduled.author_id)
    return is_changed


@transaction.atomic
def cancel_scheduled(scheduled: Scheduled) -> bool:
    """Delete a scheduled message. Return False if it was posted or cancelled meanwhile."""
    lock_person(scheduled.author_id)
    deleted, _by_model = Scheduled.objects.unsent().filter(pk=scheduled.pk).delete()
    _count(scheduled.author_id)
    return bool(deleted)


@transaction.atomic
def dismiss_late(author: User) -> None:
    """Remove the notes on messages of `author` that were posted late."""
    lock_person(author.pk)
    Scheduled.objects.filter(author=author, sent_at__isnull=False).delete()
    _count(author.pk)


@transaction.atomic
def post_scheduled(scheduled: Scheduled, at_once: bool = False) -> Submission | None:
    """Post a message that is due, or `at_once`, with the checks of every message.

    Posting and removing it are one transaction, so it is posted once, however often and in however
    many processes this runs. Return the Submission, or None if there is nothing to post: it was
    posted, cancelled or moved to a later time meanwhile.

    Where slow mode or the rate limit asks to wait, it is tried again after that. If it is refused,
    it is kept with the reason and not tried again. With `at_once`, neither changes anything.
    """
    now = timezone.now()
    author = lock_person(scheduled.author_id)
    if author is None:
        return None
    room = scheduled.room
    try:
        if room is not None:
            lock_room(room)
    except PermissionDenied:  # it was deleted meanwhile
        room = None
    mine = Scheduled.objects.unsent().filter(pk=scheduled.pk)
    current = (mine if at_once else mine.due(now)).first()
    if current is None:
        return None
    if room is None or not author.is_active:
        if not at_once:
            _fail(current, "deactivated" if room else "room_deleted")
        return None
    answered = str(current.reply_to_id or "")
    body = current.body if action_in(current.body) else as_text(current.body)
    data = {"body": body, "nonce": current.nonce, "reply_to": answered}
    submission = submit(room.membership_of(author), data)
    if submission.message is not None:
        _end(current, submission, now, is_late=not at_once and now - current.send_at > LATE)
    elif submission.wait and not at_once:
        _store(current, due_at=now + timedelta(seconds=submission.wait))
    elif not at_once:
        _fail(current, next(iter(submission.codes)))
    return submission


def _end(current: Scheduled, submission: Submission, now: datetime, is_late: bool) -> None:
    if is_late:
        ended = {"sent_at": now, "message": submission.message, "body": ""}
        _store(current, due_at=None, failure="", reply_to=None, **ended)
    else:
        current.delete()
    _count(current.author_id)


def _fail(current: Scheduled, code: str) -> None:
    _store(current, due_at=None, failure=code)
    _count(current.author_id)


@transaction.atomic
def note_error(scheduled: Scheduled) -> None:
    """Try it again later, because an error stopped it; give up after the last of BACK_OFF."""
    lock_person(scheduled.author_id)
    current = Scheduled.objects.unsent().filter(pk=scheduled.pk, due_at__isnull=False).first()
    if current is None:
        return
    if current.tries >= len(BACK_OFF):
        _fail(current, "not_stored")
        return
    due_at = timezone.now() + timedelta(seconds=BACK_OFF[current.tries])
    _store(current, due_at=due_at, tries=current.tries + 1)


def _store(current: Scheduled, **changes: Any) -> None:
    for field, value in changes.items():
        setattr(current, field, value)
    current.save(update_fields=list(changes))


def _count(author_id: int) -> None:
    """Update the counts that every page of the author shows. Needs the lock of the author."""
    mine = Scheduled.objects.filter(author=author_id)
    User.objects.filter(pk=author_id).update(**mine.numbers())
