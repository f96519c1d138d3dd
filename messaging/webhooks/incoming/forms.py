"""The form of a new webhook."""

import re
import secrets
import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import NameField
from core.text import search_key
from users.forms import refuse_display_name, refuse_username
from users.models import User

_LONGEST_NAME = User._meta.get_field("display_name").max_length
_LONGEST_USERNAME = User._meta.get_field("username").max_length
_RULES = User._meta.get_field("username").validators
_SAME_NAMES = 30  # usernames that are tried: "grafana", "grafana-2" …


class WebhookForm(forms.Form):
    """A webhook of a room that `person` manages. Once valid, `bot_fields` says who its bot is."""

    name = NameField(
        max_length=_LONGEST_NAME,
        label=_("Name of the bot"),
        help_text=_("Such as Grafana. A bot of yours with this name is used again."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )
    shows_names = forms.BooleanField(
        required=False,
        label=_("Show the names that the program gives"),
        help_text=_("Beside the bot's name, as “Deploys · via Grafana”. It stays marked as a bot."),
    )

    error_messages = {"banned": _("This bot is banned from the room.")}

    def __init__(self, person, room, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._person, self._room = person, room
        self._bot = None

    def clean_name(self):
        name = self.cleaned_data["name"]
        bots = User.objects.named_like(name).filter(is_bot=True, is_active=True)
        self._bot = bots.filter(owner=self._person).first()
        if self._bot is None:
            refuse_display_name(name, is_bot=True)
        elif self._room.sanctions.bans().filter(user=self._bot).exists():
            raise forms.ValidationError(self.error_messages["banned"], code="banned")
        return name

    def bot_fields(self):
        """Return the arguments of `actions.add_webhook` that say who the bot is."""
        name = self.cleaned_data["name"]
        if self._bot is not None:
            return {"username": self._bot.username, "bot": self._bot}
        username = username_for(name)
        return {"username": username, "display_name": "" if username == name else name}

    def refuse_name(self):
        """Show that somebody else has taken the name meanwhile."""
        self.add_error("name", User._meta.get_field("username").error_messages["unique"])


def username_for(name):
    """Return a free username like `name`, which may be any."""
    letters = unicodedata.normalize("NFC", re.sub(r"[^\w]+", "-", search_key(name))).strip("-_")
    bases = [name, letters, f"{letters}-bot"]
    for base in bases:
        for number in range(1, _SAME_NAMES):
            end = f"-{number}" if number > 1 else ""
            username = base[: _LONGEST_USERNAME - len(end)].rstrip("-_.") + end
            if _is_free(username):
                return username
            if base == name:
                break
    return f"webhook-{secrets.token_hex(6)}"


def _is_free(username):
    try:
        for rule in _RULES:
            rule(username)
        refuse_username(username, is_bot=True)
    except ValidationError:
        return False
    return True
