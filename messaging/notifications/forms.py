"""What somebody is notified about."""

from django import forms
from django.utils.translation import gettext_lazy as _

from rooms.models import Membership


class NotificationLevelForm(forms.Form):
    """What a person is notified about in one room."""

    notification_level = forms.ChoiceField(
        choices=Membership.NotificationLevel,
        widget=forms.RadioSelect,
        label=_("When I'm away, email me about"),
    )
