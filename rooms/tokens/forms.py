"""The form of a new access token."""

from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.forms import NameField
from users.models import Token
from users.tokens.models import MAX_TOKENS, SCOPES

from ..models import Room

DAYS = (7, 30, 90, 180, 365)
DEFAULT_DAYS = 90
NEVER = "never"
NAME_USED = _("There is a token of this name already. Revoke it first, or choose another name.")


class TokenForm(forms.Form):
    """A new token of `holder`, a person or a bot; only that of a bot may never end.

    `rooms` are the (primary key, title) of those to which it can be limited.
    """

    name = NameField(
        max_length=60,
        label=_("Name"),
        help_text=_("Of the program that will use it."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=tuple(SCOPES.items()),
        initial=["read"],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one.")},
    )
    days = forms.ChoiceField(label=_("How long it works"), initial=str(DEFAULT_DAYS))
    rooms = forms.MultipleChoiceField(
        required=False,
        label=_("Only in these rooms (optional)"),
        help_text=_("Without a choice it works in all rooms, also in those to come."),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "token-rooms"}),
        error_messages={"invalid_choice": _("One of these rooms is no longer there.")},
    )

    def __init__(self, holder, rooms, data=None):
        super().__init__(data)
        self.holder = holder
        self.fields["days"].choices = _periods(holder)
        self.fields["rooms"].choices = rooms
        if not rooms:
            del self.fields["rooms"]

    def clean(self):
        if Token.objects.usable().filter(user=self.holder).count() >= MAX_TOKENS:
            sentence = _("There are %(most)d tokens. Revoke one first.")
            raise ValidationError(sentence, code="many", params={"most": MAX_TOKENS})
        return self.cleaned_data

    def refuse_name(self):
        self.add_error("name", ValidationError(NAME_USED, code="used"))

    def token(self):
        """Return the keyword arguments of `make_token`, of a valid form."""
        days, chosen = self.cleaned_data["days"], self.cleaned_data.get("rooms")
        life = None if days == NEVER else timedelta(days=int(days))
        return {
            "name": self.cleaned_data["name"],
            "scopes": self.cleaned_data["scopes"],
            "expires_at": life and timezone.now() + life,
            "rooms": Room.objects.filter(pk__in=chosen) if chosen else None,
        }


def _periods(holder):
    periods = [
        (str(days), ngettext("%(number)d day", "%(number)d days", days) % {"number": days})
        for days in DAYS
    ]
    return [*periods, (NEVER, _("Until it is revoked"))] if holder.is_bot else periods
