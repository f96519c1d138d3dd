"""Check and post a message: permission, form and rate limit, the same for every way of sending.

Everything that fails is an error of the form with a code, so that the sentence appears beside the
field and the text is not lost.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext_lazy as _

from rooms.models import Membership

from . import throttle
from .actions import Draft, post_messages
from .forms import MessageForm
from .models import Message

# Errors that have nothing to do with the text itself, by code.
FORBIDDEN = {
    "not_member": _("You are not a member of this room any more."),
    "archived": _("This room is archived. You can read it, but not write in it."),
    "muted": _("A moderator has muted you. You can still read."),
}
_NOT_ALLOWED = _("You can't do that with this message.")
_NOT_HERE = _("That message is not here.")
REFUSALS = {
    **FORBIDDEN,
    "too_often": _("You're doing that too fast. Please wait a few seconds."),
    "not_stored": _(
        "Something went wrong on our side. Your message is still here: please send it again later."
    ),
}


@dataclass
class Submission:
    """The result of a send: `message` is the stored message, or None if `form` has errors.

    A repeated send has the message that was stored the first time.
    """

    membership: Membership | None
    form: MessageForm
    message: Message | None = None

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
        if self.message is not None:
            return 303
        if self.is_forbidden:
            return 403
        return 429 if self.wait else 422


def submit(membership: Membership | None, data: Mapping[str, str]) -> Submission:
    """Post `data`, the fields of a composer, for the user of `membership` (None: no member).

    `membership` must have its `room` and `user` loaded. Permission is checked here and again under
    the room's lock, when the message is stored.
    """
    return submit_all([(membership, data)])[0]


def submit_all(
    attempts: Iterable[tuple[Membership | None, Mapping[str, str]]],
) -> list[Submission]:
    """Do the same for many sends, in one transaction per room; return the results in order."""
    submissions = [Submission(membership, MessageForm(data)) for membership, data in attempts]
    rooms = defaultdict(list)
    for submission in submissions:
        if _is_accepted(submission):
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
    return str(_NOT_ALLOWED if is_here else _NOT_HERE)


def _is_accepted(submission: Submission) -> bool:
    membership, form = submission.membership, submission.form
    code = _refusal(membership)
    if code is not None:
        refuse(form, code)
        return False
    return form.is_valid() and throttle.lets(form, membership)


def _refusal(membership: Membership | None) -> str | None:
    """Return the code of the reason why the member cannot post, or None if they can."""
    if membership is None:
        return "not_member"
    if membership.can_post:
        return None
    return "muted" if membership.is_muted else "archived"


def _store(submissions: list[Submission]) -> None:
    """Store the accepted submissions of one room."""
    room = submissions[0].membership.room
    drafts = [Draft(each.membership.user, **each.form.cleaned_data) for each in submissions]
    try:
        messages = post_messages(room, drafts, by_members=True)
    except PermissionDenied:
        _store_singly(submissions)
        return
    for submission, message in zip(submissions, messages, strict=True):
        submission.message = message


def _store_singly(submissions: list[Submission]) -> None:
    """Store each message separately, because one of the authors cannot post any more."""
    if len(submissions) > 1:
        for submission in submissions:
            _store([submission])
        return
    [submission] = submissions
    refuse(submission.form, _refusal(_read_again(submission.membership)) or "not_stored")


def _read_again(membership: Membership) -> Membership | None:
    theirs = Membership.objects.filter(room=membership.room_id, user=membership.user_id)
    return theirs.filter(user__is_active=True).select_related("room", "user").first()
