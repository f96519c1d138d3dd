"""Check and post a message: permission, form and rate limit, the same for every way of sending.

Everything that fails is an error of the form with a code, so that the sentence appears beside the
field and the text is not lost.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from rooms.locking import lock_room
from rooms.models import Membership

from ..attachments import uploads
from ..attachments.actions import Gone
from ..attachments.forms import REFUSED
from ..commands.gate import do_command
from ..commands.parsing import SLASHES
from ..drafts.actions import empty_drafts
from . import throttle
from .actions import Draft, NotAnswerable, post_messages
from .forms import NOT_HERE, ComposerForm, MessageForm
from .models import Message

# Errors that have nothing to do with the text itself, by code.
FORBIDDEN = {
    "not_member": _("You are not a member of this room any more."),
    "archived": _("This room is archived. You can read it, but not write in it."),
    "muted": _("A moderator has muted you. You can still read."),
}
_NOT_ALLOWED = _("You can't do that with this message.")
REFUSALS = {
    **FORBIDDEN,
    "not_here": NOT_HERE,
    "files_gone": _("The files are not here any more. Please choose them again."),
    "too_often": _("You're doing that too fast. Please wait a few seconds."),
    "not_stored": _(
        "Something went wrong on our side. Your message is still here: please send it again later."
    ),
}

# What a whole reply can do instead of being posted, such as "+:tada:": its pattern, and a function
# of (membership, the message that it answers, the match). The function returns True if it is done,
# False to post the reply after all, or the ValidationError to show. It can be repeated, as a send
# can. Features add theirs in messaging.apps.
type Files = Mapping[str, Any]  # Django's MultiValueDict
type Instead = Callable[[Membership, Message, re.Match[str]], bool | ValidationError]
INSTEAD_OF_REPLIES: dict[re.Pattern[str], Instead] = {}


@dataclass
class Submission:
    """The result of a send: `message` is the stored message, or None if `form` has errors.

    A repeated send has the message that was stored the first time. What was done instead of posting
    a reply (see INSTEAD_OF_REPLIES) has the message that it answers. A command that was done (see
    messaging.commands) has no message, but `done`, the sentence that says what it did.
    """

    membership: Membership | None
    form: MessageForm
    message: Message | None = None
    done: str = ""
    shown_as: str | None = None  # see `actions.Draft`

    @property
    def is_accepted(self) -> bool:
        """Return True if the text was posted or something was done instead."""
        return self.message is not None or bool(self.done)

    @property
    def codes(self) -> set[str]:
        """The codes of all errors: those of REFUSALS, of the throttle and of the form's fields."""
        return {error.code for errors in self.form.errors.as_data().values() for error in errors}

    @property
    def is_forbidden(self) -> bool:
        """Return True if the user cannot post in the room."""
        return not FORBIDDEN.keys().isdisjoint(self.codes)

    @property
    def wait(self) -> int:
        """The seconds to wait before sending again if a rate limit was hit, otherwise 0."""
        return getattr(self.form, "wait", 0)

    @property
    def status(self) -> int:
        """The HTTP status of the response."""
        if self.is_accepted:
            return 303
        if self.is_forbidden:
            return 403
        if self.wait:
            return 429
        return next((REFUSED[code][0] for code in self.codes if code in REFUSED), 422)


def submit(
    membership: Membership | None,
    data: Mapping[str, str],
    files: Files | None = None,
    shown_as: str | None = None,
) -> Submission:
    """Post `data`, the fields of a composer, for the user of `membership` (None: no member).

    `files` are what was uploaded with it, None if this way of sending takes none. `membership` must
    have its `room` and `user` loaded. Permission is checked here and again under the room's lock,
    when the message is stored. `shown_as` is for webhooks: see `actions.Draft`.
    """
    form = MessageForm(data) if files is None else ComposerForm(data, files)
    return _submit([Submission(membership, form, shown_as=shown_as)])[0]


def submit_all(
    attempts: Iterable[tuple[Membership | None, Mapping[str, str]]],
) -> list[Submission]:
    """Do the same for many sends, in one transaction per room; return the results in order."""
    return _submit([Submission(membership, MessageForm(data)) for membership, data in attempts])


def _submit(submissions: list[Submission]) -> list[Submission]:
    rooms = defaultdict(list)
    for submission in submissions:
        if not _is_valid(submission) or _is_command(submission) or _is_done_instead(submission):
            continue
        if throttle.lets(submission.form, submission.membership):
            rooms[submission.membership.room_id].append(submission)
    for accepted in rooms.values():
        _store(accepted)
    return submissions


def refuse(form: MessageForm, code: str) -> MessageForm:
    """Replace all errors of `form` with the one of `code`, one of REFUSALS; return `form`."""
    form.full_clean()
    form.errors.clear()
    form.add_error("body", ValidationError(REFUSALS[code], code=code))
    return form


def sentence_for(membership: Membership | None, is_here: bool = True) -> str:
    """Return the sentence why an act of the member is refused. `is_here`: the message is there."""
    code = _refusal(membership)
    if code is not None:
        return str(FORBIDDEN[code])
    return str(_NOT_ALLOWED if is_here else NOT_HERE)


def _is_valid(submission: Submission) -> bool:
    membership, form = submission.membership, submission.form
    code = _refusal(membership)
    if code is not None:
        refuse(form, code)
        return False
    form.full_clean()
    if isinstance(form, ComposerForm):
        uploads.take(form, membership)
        _require_content(form, membership)
    return form.is_valid()


def _require_content(form: ComposerForm, membership: Membership) -> None:
    """Add an error if there is nothing to send, as files that were kept may be sent already."""
    if form.cleaned_data.get("body") == "" and not form.attachments:
        is_told = form.has_error("files") or throttle.is_stored(membership, form)
        form.require_content(is_told)


def _refusal(membership: Membership | None) -> str | None:
    """Return the code of the reason why the member cannot post, or None if they can."""
    if membership is None:
        return "not_member"
    if membership.can_post:
        return None
    return "muted" if membership.is_muted else "archived"


def _is_command(submission: Submission) -> bool:
    """Do the command that the text is, if it is one; return True if it is settled."""
    asked, room = submission.form.cleaned_data, submission.membership.room
    if not asked["body"].startswith(SLASHES):
        return False
    answered = None
    if asked["reply_to"] is not None:
        there = room.messages.filter(deleted_at__isnull=True)
        answered = there.filter(pk=asked["reply_to"]).first()
    done = do_command(submission.form, submission.membership, answered)
    if done:
        submission.done = done
        _empty_draft(submission)
    return done is not None


def _is_done_instead(submission: Submission) -> bool:
    """Do what the reply does instead of being posted, if anything; return True if it is settled."""
    asked, room = submission.form.cleaned_data, submission.membership.room
    if asked["reply_to"] is None or submission.form.attachments:
        return False
    for pattern, act in INSTEAD_OF_REPLIES.items():
        match = pattern.fullmatch(asked["body"])
        if match is None:
            continue
        answered = room.messages.for_display().filter(pk=asked["reply_to"]).first()
        if answered is None or answered.is_deleted:
            return False
        answered.room = room
        done = act(submission.membership, answered, match)
        if done is True:
            submission.message = answered
            _empty_draft(submission)
        elif done:
            submission.form.add_error("body", done)
        return bool(done)
    return False


@transaction.atomic
def _empty_draft(submission: Submission) -> None:
    membership, key = submission.membership, submission.form.cleaned_data["draft"]
    if key:
        lock_room(membership.room)
        empty_drafts(membership.room, [(membership.user_id, key)])


def _store(submissions: list[Submission]) -> None:
    """Store the accepted submissions of one room."""
    room = submissions[0].membership.room
    drafts = [_draft_of(submission) for submission in submissions]
    try:
        messages = post_messages(room, drafts, by_members=True)
    except (PermissionDenied, NotAnswerable, Gone) as error:
        _store_singly(submissions, error)
        return
    for submission, message in zip(submissions, messages, strict=True):
        submission.message = message


def _draft_of(submission: Submission) -> Draft:
    asked = submission.form.cleaned_data
    sent = {name: asked[name] for name in ("body", "nonce", "draft", "reply_to")}
    files = submission.form.attachments
    return Draft(submission.membership.user, **sent, files=files, shown_as=submission.shown_as)


def _store_singly(submissions: list[Submission], error: Exception) -> None:
    """Store each message separately, because one of them cannot be posted (any more)."""
    if len(submissions) > 1:
        for submission in submissions:
            _store([submission])
        return
    [submission] = submissions
    code: str | None
    match error:
        case NotAnswerable():
            code = "not_here"
        case Gone():
            code = "files_gone"
        case _:
            code = _refusal(_read_again(submission.membership))
    refuse(submission.form, code or "not_stored")


def _read_again(membership: Membership) -> Membership | None:
    theirs = Membership.objects.filter(room=membership.room_id, user=membership.user_id)
    return theirs.filter(user__is_active=True).select_related("room", "user").first()
