"""The forms to schedule a message, and to change it."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import CountField
from users.clock.moments import FORMAT, MomentField, in_minutes, suggested_days
from users.clock.wording import wording

from ..drafts.forms import KeyField
from ..message.forms import NOT_HERE, BodyField, refuse_halves

# Buttons that name a time instead of the field: "_at:2026-11-27T09:00", or "_at:hour".
CHOICE, HOUR = "_at:", "hour"


class ChangeForm(forms.Form):
    """The text and the time, which is in the field or, instead, named by the button."""

    body = BodyField(
        label=gettext_lazy("Message"),
        widget=forms.Textarea(attrs={"rows": 4, "cols": 64, "dir": "auto"}),
    )
    at = MomentField(label=gettext_lazy("Send at"))

    def __init__(self, data=None, **options):
        super().__init__(_with_choice(data), **options)

    @property
    def choices(self):
        """The buttons that name a time: (name, label) of each."""
        return [(f"{CHOICE}{HOUR}", _("In an hour")), *map(_button, suggested_days().items())]


class ScheduleForm(ChangeForm):
    """`answered` is the Reply that it shows, or None: see `message.composer`."""

    answered = None

    nonce = forms.CharField(max_length=64, widget=forms.HiddenInput, validators=[refuse_halves])
    draft = KeyField(required=False)
    reply_to = CountField(required=False, widget=forms.HiddenInput)

    def clean(self):
        """Show the error of `reply_to`, which nobody typed, beside the text."""
        if self.errors.pop("reply_to", None):
            self.add_error("body", forms.ValidationError(NOT_HERE, code="not_here"))


def _with_choice(data):
    """Return `data` with the time of the button that was pressed, if it names one."""
    chosen = next((name for name in data or () if name.startswith(CHOICE)), None)
    if chosen is None:
        return data
    at = chosen.removeprefix(CHOICE)
    return {**dict(data.items()), "at": in_minutes(60) if at == HOUR else at}


def _button(day):
    name, moment = day
    local = timezone.localtime(moment)
    sentences = {
        "evening": _("This evening, %(time)s"),
        "tomorrow": _("Tomorrow, %(time)s"),
        "monday": _("Monday, %(time)s"),
    }
    label = sentences[name] % {"time": wording(local, local, "time")}
    return f"{CHOICE}{local.strftime(FORMAT)}", label
