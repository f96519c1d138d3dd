"""The form that saves a message for later."""

from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from users.clock.moments import MomentField, suggested_days
from users.clock.wording import shown

from .actions import MAX_SAVED, TooManySaved, remind_of, save_message

# Values of `when` that are no times to choose.
SAVE, WITHOUT_TIME = "save", "without_time"
AT = "at"


class LaterForm(forms.Form):
    """Save a message, with or without a time. `saved` is what the person has saved of it, if any.

    `when` is SAVE, which leaves the time of a saved message as it is; WITHOUT_TIME; the name of a
    time; or AT, for the time in `at`. A typed time counts without AT too.
    """

    when = forms.ChoiceField(
        required=False,
        label=_("Remind me"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose when."),
            "invalid_choice": _("Choose one of these times."),
        },
    )
    at = MomentField(required=False, label=_("Day and time"))

    note = ""  # a sentence about what was typed: see Moment

    def __init__(self, data=None, *, saved=None):
        now = timezone.now()
        if data is not None and WITHOUT_TIME in data:  # the name of a button
            data = {"when": WITHOUT_TIME}
        is_timed = saved is not None and saved.group == "timed"
        super().__init__(data, initial={"when": AT, "at": saved.remind_at} if is_timed else None)
        in_an_hour = (now + timedelta(hours=1)).replace(second=0, microsecond=0)
        self.times = {"hour": in_an_hour, **suggested_days(now)}
        offered = [*self._offered(), (AT, _("At this day and time:"))]
        self.fields["when"].choices = [*offered, (SAVE, ""), (WITHOUT_TIME, "")]
        self.fields["when"].widget.choices = offered

    def _offered(self):
        words = {
            "hour": (_("In an hour (%(time)s)"), "time"),
            "evening": (_("This evening (%(time)s)"), "time"),
            "tomorrow": (_("Tomorrow (%(time)s)"), "moment"),
            "monday": (_("Monday (%(time)s)"), "moment"),
        }
        for name, moment in self.times.items():
            label, kind = words[name]
            yield name, label % {"time": shown(moment, kind)}

    def clean(self):
        if "when" in self.errors:
            return
        when = self.cleaned_data["when"] or (AT if self["at"].data else "")
        if not when:
            self._refuse("when")
        elif when != AT:  # whatever is in the other field
            self.errors.pop("at", None)
            self.cleaned_data |= {"when": when, "moment": self.times.get(when)}
        elif self.cleaned_data.get("at"):
            moment, self.note = self.cleaned_data["at"]
            self.cleaned_data |= {"when": when, "moment": moment}
        elif "at" not in self.errors:
            self._refuse("at")

    def _refuse(self, name):
        self.add_error(
            name, forms.ValidationError(self.fields[name].error_messages["required"], "required")
        )

    def save(self, message, user):
        """Save `message` and return the Saved, or None with an error if they have too many."""
        try:
            if self.cleaned_data["when"] == SAVE:
                return save_message(message, user)
            return remind_of(message, user, self.cleaned_data["moment"])
        except TooManySaved:
            self.add_error(None, too_many())
            return None


def too_many():
    """Return the ValidationError for somebody who has saved as many messages as they can."""
    sentence = _("You have saved %(count)d messages. Mark some as done, or remove them.")
    return forms.ValidationError(sentence, "too_many", {"count": MAX_SAVED})
