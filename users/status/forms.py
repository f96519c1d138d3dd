"""The form with which a person says what they do, until when."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.emoji.fields import EmojiField
from core.forms import NameField

from ..clock.moments import MomentField, end_of_day, end_of_week, in_minutes
from ..clock.wording import shown
from .current import MAX_LENGTH, current_status

TODAY, KEEP = "today", "keep"
# Buttons that say everything themselves, such as "quick:lunch": {name: (emoji, text, until)}.
CHOICE = "quick:"
QUICK = {
    "meeting": ("📅", _("In a meeting"), "1_hour"),
    "lunch": ("🍽️", _("Lunch"), "1_hour"),
    "away": ("🚶", _("Away"), "4_hours"),
    "ill": ("🤒", _("Ill"), TODAY),
    "holiday": ("🌴", _("On holiday"), "week"),
}
_UNTIL = {
    "30_minutes": _("30 minutes"),
    "1_hour": _("1 hour"),
    "4_hours": _("4 hours"),
    TODAY: _("Today"),
    "week": _("This week"),
}


class StatusForm(forms.Form):
    """An emoji, a text, or both. `person` is who has it, and perhaps has one now.

    `until` names a time; a day and a time in `at` count instead. A button may name one of QUICK
    instead of all these.
    """

    emoji = EmojiField(
        required=False,
        label=_("Emoji"),
        help_text=_("One emoji, or its name, such as :palm_tree:."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "size": 14}),
    )
    text = NameField(
        max_length=MAX_LENGTH,
        required=False,
        label=_("Text"),
        help_text=_("At most 60 letters. Everybody in the workspace can see it."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )
    until = forms.ChoiceField(
        label=_("How long"),
        error_messages={"invalid_choice": _("Choose one of these times.")},
    )
    at = MomentField(required=False, label=_("Or until this day and time"))

    note = ""  # a sentence about what was typed: see Moment

    def __init__(self, data=None, *, person):
        status = current_status(person)
        initial = {"until": TODAY}
        choices = list(_UNTIL.items())
        if status:
            initial |= {"emoji": person.status_emoji, "text": status.text}
        self.until_now = status and status.until
        if self.until_now:
            initial["until"] = KEEP
            moment = shown(self.until_now, "moment")
            choices = [(KEEP, _("Until %(moment)s") % {"moment": moment}), *choices]
        super().__init__(_complete(data), initial=initial)
        self.fields["until"].choices = choices

    @property
    def quick(self):
        """The buttons: (name, label) of each."""
        return [
            (f"{CHOICE}{name}", f"{emoji} {text} · {_UNTIL[until]}")
            for name, (emoji, text, until) in QUICK.items()
        ]

    def clean(self):
        if not self.errors and not (self.cleaned_data["emoji"] or self.cleaned_data["text"]):
            sentence = _("Write a text, or choose an emoji.")
            self.add_error("text", ValidationError(sentence, code="required"))
        if "at" not in self.errors and self.cleaned_data["at"]:
            self.errors.pop("until", None)
            self.cleaned_data["moment"], self.note = self.cleaned_data["at"]
        elif "until" not in self.errors:
            self.cleaned_data["moment"] = self._moment_of(self.cleaned_data["until"])

    def _moment_of(self, until):
        if until == KEEP:
            return self.until_now
        minutes = {"30_minutes": 30, "1_hour": 60, "4_hours": 240}
        if until in minutes:
            return in_minutes(minutes[until])
        return end_of_week() if until == "week" else end_of_day()

    def status(self):
        """Return {"emoji", "text", "until"} of a valid form."""
        cleaned = self.cleaned_data
        return {"emoji": cleaned["emoji"], "text": cleaned["text"], "until": cleaned["moment"]}


def _complete(data):
    """Return `data` with the default of `until`, or that of the button that was pressed."""
    if data is None:
        return None
    chosen = next((name for name in data if name.startswith(CHOICE)), "").removeprefix(CHOICE)
    if chosen in QUICK:
        emoji, text, until = QUICK[chosen]
        return {"emoji": emoji, "text": str(text), "until": until}
    return {**dict(data.items()), "until": data.get("until") or TODAY}
