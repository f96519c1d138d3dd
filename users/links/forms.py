"""The form for a new invitation."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import NameField

MAX_DAYS, MAX_USES = 365, 10_000
# The limits of members who are not administrators; they cannot leave the fields empty.
MEMBERS_MAX_DAYS, MEMBERS_MAX_USES = 30, 50


class LimitsForm(forms.Form):
    """How long and how often an invite link can be used; for administrators, empty is no limit."""

    days = forms.IntegerField(
        min_value=1, max_value=MAX_DAYS, required=False, initial=7, label=_("Valid for days")
    )
    uses = forms.IntegerField(
        min_value=1,
        max_value=MAX_USES,
        required=False,
        initial=1,
        label=_("Number of people"),
    )

    def __init__(self, author, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not author.is_administrator:
            self._limit("days", MEMBERS_MAX_DAYS)
            self._limit("uses", MEMBERS_MAX_USES)

    def _limit(self, name, most):
        """Require a number of at most `most`."""
        field = forms.IntegerField(
            min_value=1,
            max_value=most,
            initial=self.fields[name].initial,
            label=self.fields[name].label,
        )
        self.fields[name] = field


class InvitationForm(LimitsForm):
    """A new invitation to the workspace."""

    note = NameField(max_length=80, required=False, label=_("Who is it for"))

    field_order = ["note"]
