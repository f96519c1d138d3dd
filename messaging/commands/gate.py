"""Do the command of a message that is sent. It is done once, however often it is sent."""

import hashlib
from typing import Any

from django import forms
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from core import rate_limits, throttling
from rooms.models import Membership
from users.languages import language_of, time_zone_of

from .parsing import typed_in
from .registry import COMMANDS, Asked

DONE_SECONDS = 24 * 60 * 60  # how long a command is known to be done
_FILES = _("A command takes no files. Send them first, or take them off.")


def do_command(form: forms.Form, membership: Membership, answered: Any = None) -> str | None:
    """Do the command in the valid `form` of a composer; return the sentence that says what it did.

    Return None if it is a text to be posted, and "" if the form has the error. `answered` is the
    message that it answers, if any. A repetition does nothing and has the first one's sentence.
    """
    body = form.cleaned_data["body"]
    typed = typed_in(body)
    if typed is None or typed.name not in COMMANDS:
        return None
    user = membership.user
    key = _key_of(membership, body, form.cleaned_data["nonce"], answered)
    done = cache.get(key)
    if done is not None:
        return str(done)
    if form.attachments:
        form.add_error("body", ValidationError(_FILES, code="command_with_files"))
        return ""
    if throttling.refuse(form, "body", rate_limits.take_often("post", user), throttling.too_often):
        return ""
    with translation.override(language_of(user)), timezone.override(time_zone_of(user)):
        done = COMMANDS[typed.name](Asked(membership, typed.rest, form, answered))
    if done:
        cache.set(key, done, DONE_SECONDS)
    return done


def _key_of(membership: Membership, body: str, nonce: str, answered: Any) -> str:
    sent = f"{membership.pk}\n{nonce}\n{answered and answered.pk}\n{body}"
    return f"command.{hashlib.sha256(sent.encode()).hexdigest()}"
