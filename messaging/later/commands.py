"""The command /remind: of a note to oneself, or of the message that it answers."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from core import throttling
from rooms.actions import open_direct_room
from users.clock.moments import Moment
from users.clock.wording import shown
from users.models import User

from ..commands.parsing import as_text
from ..commands.registry import COMMANDS, Asked
from ..markdown.rendering import shows_nothing
from ..message.actions import post_message
from ..message.models import Message
from .actions import TooManySaved, remind_of
from .forms import too_many
from .models import Saved
from .times import time_in


def remind(asked: Asked) -> str:
    """Keep a note for a time: a message in the person's own notes, saved for later.

    Without a text, as a reply, it is the answered message that is saved.
    """
    form, user = asked.form, asked.membership.user
    try:
        moment, text = _read(asked.rest)
        if shows_nothing(text) and asked.answered is None:
            raise ValidationError(_("Write what to remind you of, after the time."), "required")
    except ValidationError as error:
        form.add_error("body", error)
        return ""
    nonce = form.cleaned_data["nonce"]
    if not throttling.allow(form, "save", user, field="body"):
        return ""
    try:
        _save(user, moment, text, nonce, asked.answered)
    except TooManySaved:
        form.add_error("body", too_many())
        return ""
    except PermissionDenied:  # the message was deleted, or access was lost, just now
        form.add_error("body", ValidationError(_("That message is not here."), "not_here"))
        return ""
    words = {"moment": shown(moment.at, "moment")}
    return f"{_('Saved for later. Your reminder comes %(moment)s.') % words} {moment.note}".strip()


def _read(rest: str) -> tuple[Moment, str]:
    found = time_in(rest)
    if found is None:
        raise ValidationError(
            _(
                "Write when, then what: /remind in 20 minutes Call Bruno. Also: tomorrow, tomorrow"
                " at 15:00, at 15:00, Monday, 2026-11-27 09:30."
            ),
            code="no_time",
        )
    return found


@transaction.atomic
def _save(user: User, moment: Moment, text: str, nonce: str, answered: Message | None) -> None:
    if shows_nothing(text) and answered is not None:
        remind_of(answered, user, moment.at)
        return
    note = post_message(open_direct_room(user), user, as_text(text), f"remind {nonce}")
    if not Saved.objects.filter(user=user, message=note).exists():  # a repetition changes nothing
        remind_of(note, user, moment.at)


COMMANDS["remind"] = remind
