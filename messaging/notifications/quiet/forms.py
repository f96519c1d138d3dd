"""The forms of quiet hours and of a pause."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from . import actions
from .hours import EVERY_DAY

OFF = "off"  # the name of the button that turns quiet hours off
_FORMAT = "%H:%M"  # of <input type="time">
# What browsers send, and what people type if there is no picker: 22:00, 22.30, 22, 10 pm.
_TYPED = [_FORMAT, "%H:%M:%S", "%H.%M", "%H", "%I:%M %p", "%I:%M%p", "%I %p", "%I%p"]


class ClockField(forms.TimeField):
    """A time of day, to the minute."""

    widget = forms.TimeInput(format=_FORMAT, attrs={"type": "time"})
    default_error_messages = {"invalid": _("Write a time like this: 22:30.")}

    def __init__(self, **kwargs):
        super().__init__(input_formats=_TYPED, required=False, **kwargs)

    def to_python(self, value):
        found = super().to_python(value.strip() if isinstance(value, str) else value)
        return found and found.replace(second=0, microsecond=0)


class QuietHoursForm(forms.Form):
    """From when until when somebody has quiet hours, and on which days; without times, none.

    `quiet_days` in the cleaned data has bit 0 for Monday, as it is stored.
    """

    quiet_from = ClockField(label=_("From"))
    quiet_until = ClockField(label=_("Until"))
    quiet_days = forms.TypedMultipleChoiceField(
        label=_("Beginning on"),
        choices=[(day, capfirst(name)) for day, name in WEEKDAYS.items()],
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose one of these.")},
    )

    def __init__(self, data=None, *, settings):
        days = [day for day in WEEKDAYS if settings.quiet_days >> day & 1]
        initial = {
            "quiet_from": settings.quiet_from,
            "quiet_until": settings.quiet_until,
            "quiet_days": days,
        }
        super().__init__({} if data is not None and OFF in data else data, initial=initial)

    def clean_quiet_days(self):
        return sum({1 << day for day in self.cleaned_data["quiet_days"]})

    def clean(self):
        if self.errors:
            return
        begin, end, days = self.cleaned_data.values()
        if begin is None and end is None:
            self.cleaned_data["quiet_days"] = days or EVERY_DAY
        elif begin is None or end is None:
            missing = "quiet_from" if begin is None else "quiet_until"
            self._refuse(missing, _("Write both times, or neither for no quiet hours."))
        elif not days:
            self._refuse("quiet_days", _("Choose at least one day."))
        elif begin == end and days == EVERY_DAY:
            sentence = _("That would be always. Choose fewer days, or two different times.")
            self._refuse("quiet_until", sentence)

    def _refuse(self, name, sentence):
        self.add_error(name, ValidationError(sentence, code="invalid"))


class PauseForm(forms.Form):
    """One of the buttons: pause for an hour or until the next day's morning, or resume."""

    ACTS = {
        "hour": actions.pause_for_an_hour,
        "tomorrow": actions.pause_until_tomorrow,
        "resume": actions.resume,
    }

    pause = forms.ChoiceField(
        choices=[(name, "") for name in ACTS],
        error_messages={
            "required": _("Choose one of these."),
            "invalid_choice": _("Choose one of these."),
        },
    )

    def act(self, user):
        self.ACTS[self.cleaned_data["pause"]](user)
