"""Forms for the search query and its scope."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import CountField

from .operators import HAS_CHOICES, limits_of
from .terms import Operator, read

_NO_WORD = _("Write a word: letters or numbers.")


class QueryField(forms.CharField):
    """Words, which may be missing if the other fields say enough: see `SearchForm.clean`."""

    def validate(self, value):
        """Accept an empty value."""


class SearchForm(forms.Form):
    """The search query, and fields for what its operators do.

    `rooms`, (address, name) each, are those to choose from; without them there is no such field.
    """

    use_required_attribute = False

    q = QueryField(
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "autofocus": True}),
        label=_("Words"),
        help_text=_(
            "Parts of words are found too. Words in “quotation marks” are found as they stand."
            " Punctuation is ignored, except + and # (C++, C#)."
        ),
    )
    room = forms.ChoiceField(required=False, label=_("Room"))
    has = forms.ChoiceField(required=False, label=_("With"), choices=HAS_CHOICES)

    def __init__(self, data=None, viewer=None, rooms=()):
        super().__init__(data)
        self.viewer = viewer
        # "from" is a keyword of Python.
        self.fields["from"] = forms.CharField(
            required=False, max_length=60, label=_("Written by"), help_text=_("Username or name")
        )
        for name, label in (("day_after", _("After the day")), ("day_before", _("Before the day"))):
            widget = forms.DateInput(attrs={"type": "date", "placeholder": "2026-11-20"})
            self.fields[name] = forms.CharField(
                required=False, max_length=40, label=label, widget=widget
            )
        self.fields["room"].choices = [("", _("All rooms")), *rooms]
        if not rooms:
            del self.fields["room"]
        self.order_fields(["q", "from", "room", "day_after", "day_before", "has"])

    @property
    def more_fields(self):
        """The fields besides the query."""
        return [field for field in self if field.name != "q"]

    @property
    def has_more(self):
        """Return True if one of these fields has a value or an error."""
        return any(field.value() or field.errors for field in self.more_fields)

    def clean_q(self):
        """Return the Terms of the query."""
        terms, self.operators = read(self.cleaned_data["q"])
        return terms

    def clean(self):
        """Add `limits` to the data: what the operators and the fields say together."""
        data = self.cleaned_data
        if "q" not in data:
            return
        operators = list(self.operators)
        for field, operator in _OPERATORS.items():
            if value := data.get(field, "").strip():
                operators += self._checked(field, Operator(operator, value))
        try:
            data["limits"] = limits_of(operators, self.viewer)
        except forms.ValidationError as fault:
            self.add_error("q", fault)
        else:
            if not (data["q"] or operators or self.data.get("room")):
                self.add_error("q", forms.ValidationError(_NO_WORD, code="required"))

    def _checked(self, field, operator):
        """Return [operator], or [] and add an error to `field`."""
        try:
            limits_of([operator], self.viewer)
        except forms.ValidationError as fault:
            self.add_error(field, fault)
            return []
        return [operator]


# The operator that does the same as a field.
_OPERATORS = {"from": "from", "day_after": "after", "day_before": "before", "has": "has"}


class SearchPlaceForm(forms.Form):
    """The scope of a search: one room, and only before a message."""

    room = forms.CharField(max_length=80, required=False)
    before = CountField(required=False)
