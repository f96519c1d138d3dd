"""Forms for messages, used by HTTP requests and sockets."""

import re
import secrets
import time
from datetime import UTC, datetime

from django import forms
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from core.forms import TOO_LONG, CountField, share_fields

from ..attachments.forms import FilesFormMixin
from ..commands.parsing import expanded, stripped
from ..commands.registry import require_known, require_text
from ..drafts.forms import KeyField
from ..markdown.rendering import shows_nothing
from .models import BODY_LIMIT

_TIMED = re.compile("t([0-9a-f]{8})-")
_HALVES = re.compile("[\ud800-\udfff]")
_EMPTY_LINES = re.compile(r"\A(?:[^\S\n]*+\n)++")
NOT_HERE = _("That message is not here.")
_UNSTORABLE = _("This text holds a character that cannot be stored.")


def new_nonce():
    """Return a nonce for one send. A repeated send with the same nonce is stored only once.

    It begins with the time: see `issued_at`.
    """
    return f"t{int(time.time()):x}-{secrets.token_urlsafe(12)}"


def issued_at(nonce):
    """Return when `nonce` was made, and so its composer opened, or None if it was made elsewhere.

    People can invent one. All they get by it is an answer to a message that is deleted.
    """
    made = _TIMED.match(nonce)
    return made and datetime.fromtimestamp(int(made[1], 16), UTC)


def refuse_halves(text):
    """Raise ValidationError if `text` has a lone surrogate, which databases cannot store."""
    if _HALVES.search(text):
        raise forms.ValidationError(_UNSTORABLE, code="null_characters_not_allowed")


class BodyField(forms.CharField):
    """A message's text, without the white space around it.

    If it has several lines, the first one keeps its indentation, as pasted code needs. A line that
    begins with a slash keeps a space before it, which makes it text: see messaging.commands.
    `takes_commands` is True if a command that acts is done when the text is sent. `before` is the
    text that this one replaces.
    """

    widget = forms.Textarea
    before = ""

    def __init__(self, takes_commands=False, **kwargs):
        super().__init__(strip=False, **kwargs)
        self.takes_commands = takes_commands
        self.error_messages |= {
            "required": _("Write something first."),
            "null_characters_not_allowed": _UNSTORABLE,
        }

    def to_python(self, value):
        text = super().to_python(value).replace("\r\n", "\n").replace("\r", "\n")
        text = _EMPTY_LINES.sub("", text).rstrip()
        return expanded(text if "\n" in text else stripped(text))

    def validate(self, value):
        super().validate(value)
        refuse_halves(value)
        if len(value) > BODY_LIMIT:
            params = {"limit_value": BODY_LIMIT, "show_value": len(value)}
            raise forms.ValidationError(TOO_LONG, code="max_length", params=params)
        if self.required and shows_nothing(value):
            raise self.missing()
        if self.takes_commands:
            require_known(value)
        else:
            require_text(value, self.before)

    def clean(self, value):
        text = super().clean(value)
        return "" if not self.required and shows_nothing(text) else text

    def missing(self):
        """Return the error of a text that shows nothing."""
        return forms.ValidationError(self.error_messages["required"], code="required")


@share_fields
class MessageForm(forms.Form):
    """A text to send. `answered` is the Reply that the composer shows, or None."""

    answered = None
    attachments = ()

    body = BodyField(label=_("Message"), takes_commands=True)
    nonce = forms.CharField(max_length=64, widget=forms.HiddenInput, validators=[refuse_halves])
    draft = KeyField(required=False)
    reply_to = CountField(required=False, widget=forms.HiddenInput)

    def clean(self):
        """Show the error of `reply_to`, which nobody typed, beside the text."""
        if self.errors.pop("reply_to", None):
            self.add_error("body", forms.ValidationError(NOT_HERE, code="not_here"))


@share_fields
class ComposerForm(FilesFormMixin, MessageForm):
    """The composer of a page, whose text may be missing if there are files: see `composer`."""

    body = BodyField(label=_("Message"), required=False, takes_commands=True)

    def clean(self):
        super().clean()
        asked = self.cleaned_data
        self.require_content(asked["files"] or asked["kept"] or asked["refused"])

    def require_content(self, files):
        """Add an error if there is neither a text nor one of `files`."""
        if not files and self.cleaned_data.get("body") == "":
            self.add_error("body", self.fields["body"].missing())


class EditForm(forms.Form):
    body = BodyField(label=_("Message"))


class BackForm(forms.Form):
    """The address of the page, on this site, from which an act came."""

    back = forms.CharField(required=False, max_length=2_000)

    def clean_back(self):
        back = self.cleaned_data["back"]
        is_own = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
        return back.partition("#")[0] if is_own else ""


@share_fields
class CursorForm(forms.Form):
    """The last revision that a page has, sent at each (re)connection and send."""

    cursor = CountField()


@share_fields
class SeenForm(forms.Form):
    """The position of the last message that a visible page has shown.

    `since` is the read position when the page was opened.
    """

    seen = CountField()
    since = CountField(required=False)
