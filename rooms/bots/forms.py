"""The forms of bots: their names, their rooms and their owner."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import NameField
from core.text import fold
from users.bots.models import MAX_BOTS
from users.forms import refuse_display_name, refuse_username
from users.models import User

_username = User._meta.get_field("username")


class BotForm(forms.Form):
    """The names of a bot: of a new one of `owner`, or of `bot`."""

    display_name = NameField(
        max_length=60,
        required=False,
        label=_("Name"),
        help_text=_("What others see. If it is empty, the username."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )
    username = NameField(
        max_length=_username.max_length,
        validators=_username.validators,
        label=_("Username"),
        help_text=_("What others type to mention it: no spaces."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )

    def __init__(self, data=None, *, owner, bot=None):
        names = ("display_name", "username")
        super().__init__(data, initial={name: getattr(bot, name) for name in names} if bot else {})
        self.owner, self.bot = owner, bot

    def clean_display_name(self):
        refuse_display_name(
            self.cleaned_data["display_name"],
            self.bot,
            is_administrator=self.owner.is_administrator,
            is_bot=True,
        )
        return self.cleaned_data["display_name"]

    def clean_username(self):
        refuse_username(
            self.cleaned_data["username"],
            self.bot,
            is_administrator=self.owner.is_administrator,
            is_bot=True,
        )
        return self.cleaned_data["username"]

    def clean(self):
        active = User.objects.filter(is_bot=True, owner=self.owner, is_active=True)
        if self.bot is None and active.count() >= MAX_BOTS:
            sentence = _("You have %(most)d bots. Retire one first.")
            raise ValidationError(sentence, code="many", params={"most": MAX_BOTS})
        return self.cleaned_data


class BotRoomForm(forms.Form):
    """A room to put a bot into, one of `rooms`."""

    room = forms.ChoiceField(
        label=_("Room"),
        error_messages={
            "required": _("Choose a room."),
            "invalid_choice": _("The bot cannot be in that room."),
        },
    )

    def __init__(self, data=None, *, rooms):
        super().__init__(data)
        self.rooms = {room.slug: room for room in rooms}
        self.fields["room"].choices = [(slug, room.name) for slug, room in self.rooms.items()]

    def clean_room(self):
        """Return the Room."""
        return self.rooms[self.cleaned_data["room"]]


class OwnerForm(forms.Form):
    """The new owner of a bot."""

    owner = NameField(
        max_length=30,
        label=_("Username of the new owner"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )

    def clean_owner(self):
        """Return the User."""
        key = fold(self.cleaned_data["owner"].removeprefix("@"))
        person = User.objects.filter(username_key=key).first()
        if person is None or not person.can_log_in:
            raise ValidationError(_("There is nobody of this name."), code="unknown")
        return person
