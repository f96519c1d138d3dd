"""The form for the notification settings of a room."""

from django import forms
from django.utils.translation import gettext_lazy as _

from rooms.models import Membership


class NotificationLevelForm(forms.Form):
    """The notification level of a member in one room."""

    notification_level = forms.ChoiceField(
        choices=Membership.NotificationLevel,
        widget=forms.RadioSelect,
        label=_("When I'm away, email me about"),
    )
