"""The commands that act, by name, and what a command is refused with.

A feature adds its own to COMMANDS, in a module that messaging.apps imports.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from rooms.models import Membership

from .parsing import ME, SHRUGS, Typed, typed_in

_UNKNOWN = _(
    "There is no command /%(name)s. To send the text as it is, begin with a space. The commands"
    " are: %(names)s."
)
_ONLY_SENT = _(
    "/%(name)s only works in a message that you send now. To keep the text as it is, begin with a"
    " space."
)
_NOTHING_DONE = _("Write what you do after /me.")


class Asked(NamedTuple):
    """A command that somebody sent. Errors go into `form`, at `body`."""

    membership: Membership  # with its room and user loaded; may post
    rest: str  # what follows the name
    form: forms.Form  # valid, with the nonce of this send
    answered: Any = None  # the message that it answers, or None


# It returns the sentence that says what was done, or "" if it has added errors to the form. The
# language and the time zone of the person are active.
type Command = Callable[[Asked], str]
COMMANDS: dict[str, Command] = {}


def names() -> list[str]:
    """Return the names of all commands."""
    return sorted([ME, SHRUGS, *COMMANDS])


def require_known(body: str) -> None:
    """Raise ValidationError if `body` begins with a command that does not exist."""
    typed = typed_in(body)
    if typed is None or typed.name in COMMANDS:
        return
    _require_writing(typed, _UNKNOWN)


def require_text(body: str, before: str = "") -> None:
    """Raise ValidationError if `body` begins with a command that acts or does not exist.

    For what is not sent now, such as an edit or a message to be sent later. `before` is the text
    that it replaces: if that begins with the same word, it is one already.
    """
    typed, earlier = typed_in(body), typed_in(before)
    if typed is None or (earlier is not None and earlier.name == typed.name):
        return
    _require_writing(typed, _ONLY_SENT if typed.name in COMMANDS else _UNKNOWN)


def _require_writing(typed: Typed, sentence: Any) -> None:
    if typed.name != ME:
        words = {"name": typed.name[:40], "names": ", ".join(f"/{name}" for name in names())}
        raise ValidationError(sentence, code="no_such_command", params=words)
    if not typed.rest:
        raise ValidationError(_NOTHING_DONE, code="required")
