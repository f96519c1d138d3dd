"""The form of a draft."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import CountField

MAX_LENGTH = 20_000  # characters; more than a message may have, so that a long text is kept too
_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")
_DAY = 86_400_000  # milliseconds


class KeyField(forms.Field):
    """The key of a draft; "" if it is not one, because a message is sent without it too."""

    widget = forms.HiddenInput

    def to_python(self, value):
        return value if _KEY.fullmatch(value or "") else ""


class IdField(CountField):
    """The id of the message that a text answers; None if it is not one: the text is kept."""

    def clean(self, value):
        try:
            return super().clean(value)
        except forms.ValidationError:
            return None


class DraftForm(forms.Form):
    body = forms.CharField(
        required=False,
        strip=False,
        max_length=MAX_LENGTH,
        error_messages={"max_length": _("This text is too long to keep as a draft.")},
    )
    draft = KeyField(required=False)
    nonce = KeyField(required=False)
    age = CountField(required=False)
    reply_to = IdField(required=False)

    def clean_body(self):
        return self.cleaned_data["body"].replace("\r\n", "\n")

    def clean_age(self):
        return min(self.cleaned_data["age"] or 0, _DAY)

    @property
    def key(self):
        """The key of the draft that the page shows, or for a new one its composer's nonce."""
        return self.cleaned_data["draft"] or self.cleaned_data["nonce"]
