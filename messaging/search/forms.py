"""Forms for the search query and its scope."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import CountField

from .index import terms_of

_NO_WORD = _("Write a word: letters or numbers.")


class SearchForm(forms.Form):
    """The search query."""

    q = forms.CharField(
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "autofocus": True}),
        label=_("Words"),
        help_text=_(
            "The beginning of a word is enough. Words in “quotation marks” are found as they stand."
            " Of signs only + and # count, as in C++ and C#."
        ),
        error_messages={"required": _NO_WORD},
    )

    def clean_q(self):
        """Return the Terms of the query."""
        terms = terms_of(self.cleaned_data["q"])
        if not terms:
            raise forms.ValidationError(_NO_WORD, code="required")
        return terms


class SearchPlaceForm(forms.Form):
    """The scope of a search: one room, and only before a message."""

    room = forms.CharField(max_length=80, required=False)
    before = CountField(required=False)
