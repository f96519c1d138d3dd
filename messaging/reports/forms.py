"""The form to report a message."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import NameField


class ReportForm(forms.Form):
    reason = NameField(
        max_length=300,
        label=_("What is wrong with it?"),
        help_text=_(
            "The room's moderators and the administrators will see the message, what it said before"
            " it was edited, your name and what you write here."
        ),
    )
