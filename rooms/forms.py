"""What people may call a room, and say of it."""

import unicodedata

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import Room


class NameField(forms.CharField):
    """A name on one line, of letters that can be seen; NFKC, single spaces."""

    def to_python(self, value):
        value = super().to_python(value)
        return " ".join(unicodedata.normalize("NFKC", value).split())

    def validate(self, value):
        super().validate(value)
        if any(unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Cn"} for letter in value):
            raise forms.ValidationError(_("Use letters that can be seen."), code="invisible")


class RoomNameForm(forms.Form):
    """A typed name, to join the room of that name or to make it."""

    name = NameField(max_length=60, label=_("Name of the room"))
    kind = forms.ChoiceField(choices=Room.Kind, required=False)

    def clean_kind(self):
        kind = self.cleaned_data["kind"]
        return kind if kind == Room.Kind.CLOSED else Room.Kind.OPEN
