"""Forms of the directory and of new rooms."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import NameField
from core.text import fold

from ..forms import LineField, NamingForm, RoomNameForm
from ..models import Room


class DirectoryForm(forms.Form):
    """What to look for in the directory."""

    q = NameField(
        max_length=60,
        required=False,
        label=_("Name or topic"),
        widget=forms.TextInput(attrs={"type": "search"}),
    )


class NewRoomForm(NamingForm):
    """A new room. `anyway` is the name for which the person has seen the names near it."""

    topic = LineField(max_length=200, required=False, label=_("Topic"))
    kind = forms.ChoiceField(
        choices=RoomNameForm.base_fields["kind"].choices,
        initial=Room.Kind.OPEN,
        widget=forms.RadioSelect,
        label=_("Who can see it"),
    )
    anyway = forms.CharField(required=False, widget=forms.HiddenInput)

    def settings(self):
        """Return the settings of the new room, of a valid form."""
        return {field: self.cleaned_data[field] for field in ("name", "topic", "kind")}

    def is_confirmed(self):
        """Return True if the person wants this name although there are others near it."""
        return fold(self.cleaned_data["anyway"]) == fold(self.cleaned_data["name"])

    def ask_about(self, name):
        """Make sending the form again mean that the person wants this name."""
        self.initial["anyway"] = name
        if self.is_bound:
            self.data = self.data.copy()
            self.data["anyway"] = name
