"""The forms of outgoing webhooks."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import TOO_LONG
from core.http import client

from . import sending
from .errors import SENTENCES
from .models import MAX_URL, Event


class WebhookForm(forms.Form):
    """Where a webhook is, which rooms and events are sent there. `rooms` is {id: title} to choose
    from; `is_required` is False if there are others that are not shown."""

    url = forms.CharField(
        label=_("Address"),
        max_length=MAX_URL,
        widget=forms.URLInput(attrs={"autocomplete": "off", "placeholder": "https://"}),
        error_messages={"max_length": TOO_LONG},
    )
    rooms = forms.TypedMultipleChoiceField(
        label=_("Rooms of the bot"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one room."),
            "invalid_choice": _("The bot is not in this room any more."),
        },
    )
    events = forms.MultipleChoiceField(
        label=_("What is sent"),
        choices=Event,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one."),
            "invalid_choice": _("Choose one of these."),
        },
    )
    includes_bots = forms.BooleanField(
        label=_("Also what other bots say"),
        required=False,
        help_text=_("Two bots that answer each other never stop by themselves."),
    )

    def __init__(self, data=None, *, rooms, is_required=True, **kwargs):
        super().__init__(data, **kwargs)
        self.fields["rooms"].choices = list(rooms.items())
        self.fields["rooms"].required = is_required

    def clean_url(self):
        """Look the host up, as each delivery does."""
        url = self.cleaned_data["url"]
        try:
            sending.check(url)
        except (client.Refused, client.Unreachable) as error:
            raise ValidationError(SENTENCES.get(error.code, SENTENCES["url"]), error.code) from None
        return url

    def clean_events(self):
        return " ".join(self.cleaned_data["events"])

    def refuse_another(self, most):
        sentence = _("A bot can have %(count)d webhooks. Remove one first.")
        self.add_error(None, ValidationError(sentence, "too_many", {"count": most}))


class TurnOnForm(forms.Form):
    """One of two buttons: send what was missed too, or only what comes from now on."""

    start = forms.ChoiceField(
        choices=[("stopped", ""), ("now", "")],
        error_messages={
            "required": _("Choose one of these."),
            "invalid_choice": _("Choose one of these."),
        },
    )
