"""The forms for the notification settings of a room, and for mails of all rooms."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from rooms.models import Membership

from .actions import start_email, stop_email


class NotificationLevelForm(forms.Form):
    """What a member is notified about in one room, by mail and on their devices.

    One alone can be sent: the other stays as it is then.
    """

    notification_level = forms.ChoiceField(
        choices=Membership.NotificationLevel,
        required=False,
        widget=forms.RadioSelect,
        label=_("Email me about"),
    )
    push_level = forms.ChoiceField(
        choices=Membership.NotificationLevel,
        required=False,
        widget=forms.RadioSelect,
        label=_("Push to my devices"),
    )

    def __init__(self, data=None, *, membership=None, **kwargs):
        levels = ("notification_level", "push_level")
        initial = {name: getattr(membership, name) for name in levels} if membership else None
        super().__init__(data, initial=initial, **kwargs)

    def clean(self):
        if not self.errors and not any(self.cleaned_data.values()):
            self.add_error(
                "notification_level", ValidationError(_("Choose one of these."), "required")
            )


class EmailForm(forms.Form):
    """One of two buttons: turn the mails about what somebody misses on, or off."""

    ACTS = {"on": start_email, "off": stop_email}

    email = forms.ChoiceField(
        choices=[(name, "") for name in ACTS],
        error_messages={
            "required": _("Choose one of these."),
            "invalid_choice": _("Choose one of these."),
        },
    )

    def act(self, user):
        self.ACTS[self.cleaned_data["email"]](user)
