"""What somebody is notified about."""

from django import forms
from django.utils.translation import gettext_lazy as _

from rooms.models import Membership


class NoticesForm(forms.Form):
    """Of what in one room somebody is told by mail."""

    notices = forms.ChoiceField(
        choices=Membership.Notices,
        widget=forms.RadioSelect,
        label=_("E-mail me, when I am away, about"),
    )
