"""Forms of moderators: mute, ban and slow mode."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core import text
from users.forms import ReasonForm
from users.models import User

from ..forms import InviteForm, LineField


class MuteForm(ReasonForm):
    """The duration of a mute, in minutes, and its reason."""

    minutes = forms.TypedChoiceField(
        coerce=int,
        choices=[
            (10, _("10 minutes")),
            (60, _("an hour")),
            (24 * 60, _("a day")),
            (7 * 24 * 60, _("a week")),
        ],
        label=_("For how long"),
    )

    field_order = ["minutes", "reason"]

    def __init__(self, *args, **kwargs):
        # A page has several forms with a field "reason", so the ids need a prefix.
        super().__init__(*args, auto_id="mute_%s", **kwargs)


class BanForm(ReasonForm):
    """A ban from the room of the moderator's `membership`. Cleaned, `username` is a User."""

    username = LineField(max_length=60, label=_("Username"))

    field_order = ["username", "reason"]

    error_messages = {
        "unknown": InviteForm.error_messages["unknown"],
        "banned": InviteForm.error_messages["banned"],
        "forbidden": _("You cannot ban this person."),
    }

    def __init__(self, membership, *args, **kwargs):
        super().__init__(*args, auto_id="ban_%s", **kwargs)
        self.membership = membership

    def clean_username(self):
        room = self.membership.room
        key = text.fold(self.cleaned_data["username"].removeprefix("@"))
        person = User.objects.filter(username_key=key, is_active=True).first()
        if person is None:
            raise forms.ValidationError(self.error_messages["unknown"], code="unknown")
        if not self.membership.can_ban(person, room.membership_of(person)):
            raise forms.ValidationError(self.error_messages["forbidden"], code="forbidden")
        if room.sanctions.bans().filter(user=person).exists():
            raise forms.ValidationError(self.error_messages["banned"], code="banned")
        return person


class PaceForm(forms.Form):
    """Slow mode: the seconds that ordinary members must wait between two messages."""

    slow_seconds = forms.TypedChoiceField(
        coerce=int,
        choices=[
            (0, _("not at all")),
            (5, _("5 seconds")),
            (15, _("15 seconds")),
            (60, _("a minute")),
            (5 * 60, _("5 minutes")),
            (60 * 60, _("an hour")),
        ],
        label=_("Members wait between messages"),
    )
