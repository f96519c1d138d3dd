"""Forms for a person's own list of rooms."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from core import forms as core_forms
from core.text import fold

from ..models import Membership

MAX_SECTIONS = 20


class SectionForm(forms.Form):
    """The section of the own list that a room is in. An existing section keeps its spelling."""

    section = core_forms.NameField(
        max_length=Membership._meta.get_field("section").max_length,
        required=False,
        label=_("Section"),
        help_text=_("Choose one of your sections or name a new one. Leave it empty for none."),
        widget=forms.TextInput(attrs={"list": "sections", "autocomplete": "off"}),
        error_messages={
            "too_many": ngettext_lazy(
                "You have %(count)d section already. Choose one of them.",
                "You have %(count)d sections already. Choose one of them.",
                "count",
            )
        },
    )

    def __init__(self, membership, data=None, *, sections):
        """`sections` are the names of the sections of the person's other rooms."""
        super().__init__(data, initial={"section": membership.section})
        self.sections = {fold(name): name for name in sections}

    def clean_section(self):
        section = self.cleaned_data["section"]
        if section and fold(section) not in self.sections and len(self.sections) >= MAX_SECTIONS:
            message = self.fields["section"].error_messages["too_many"]
            raise forms.ValidationError(message, "too_many", {"count": MAX_SECTIONS})
        return self.sections.get(fold(section), section)

    def suggestions(self):
        """Return the names of the person's sections, for the field's list."""
        return sorted(self.sections.values(), key=fold)


class BackForm(forms.Form):
    """Valid if an act leads back to the page of the room."""

    back = forms.ChoiceField(choices=[("room", "")])


class FindForm(forms.Form):
    """A part of the name of a room or a person."""

    q = core_forms.NameField(
        max_length=60,
        required=False,
        label=_("Room or person"),
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
