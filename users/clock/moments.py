"""Moments that people type: a day and a time without a zone, as their own clock shows them."""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .wording import wording

FORMAT = "%Y-%m-%dT%H:%M"  # of <input type="datetime-local">
MORNING, EVENING = 9, 18  # o'clock
_DAY, _HOUR, _MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
# What browsers send, and what people type if there is no picker: 2026-11-27 9:30.
_TYPED = re.compile(
    r"\s*(\d{4,6})-(\d{1,2})-(\d{1,2})[Tt\s]\s*(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d{1,9})?)?\s*",
    re.ASCII,
)


class Moment(NamedTuple):
    """A moment that somebody typed.

    `note` is a sentence for them if the clocks change then and what they typed is no time, or two;
    otherwise "".
    """

    at: datetime
    note: str = ""


def _zone_in_words() -> str:
    zone, now = timezone.get_current_timezone_name(), timezone.localtime()
    time = wording(now, now, "time")
    return _("Time zone: %(zone)s. It is %(time)s there now.") % {"zone": zone, "time": time}


class MomentField(forms.Field):
    """A moment in the future, at most a year ahead, typed in the current time zone.

    Its value is a Moment, or None if it is empty. Its help text names the zone.
    """

    widget = forms.DateTimeInput(format=FORMAT, attrs={"type": "datetime-local"})
    default_error_messages = {
        "required": gettext_lazy("Choose a day and a time."),
        "invalid": gettext_lazy("Write a day and a time like this: 2026-11-27 09:30."),
        "past": gettext_lazy("This time has passed already."),
        "far": gettext_lazy("Choose a time within a year from now."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"help_text": lazy(_zone_in_words, str)(), **kwargs})

    def prepare_value(self, value: Any) -> Any:
        return timezone.localtime(value) if isinstance(value, datetime) else value

    def to_python(self, value: Any) -> Moment | None:
        if value in self.empty_values:
            return None
        if isinstance(value, datetime):  # a form has put it there, for a button that names a time
            return Moment(value)
        typed = _TYPED.fullmatch(str(value))
        if typed is None:
            raise self._error("invalid")
        year, *others = (int(number) for number in typed.groups())
        now = timezone.localtime()
        if year > now.year + 1:  # before it is calculated with: datetime and zones end in 9999
            raise self._error("far")
        try:
            local = datetime(year, *others)
        except ValueError:
            raise self._error("invalid") from None
        moment = moment_of(local) if year >= now.year - 1 else None
        if moment is None or moment.at <= now:
            raise self._error("past")
        if local > in_a_year(now.replace(tzinfo=None)):
            raise self._error("far")
        return moment

    def _error(self, code: str) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code)


def moment_of(local: datetime) -> Moment:
    """Return the Moment of a wall-clock time in the current time zone.

    A time that the clocks skip moves to the next one that exists; of a repeated one, the first is
    meant.
    """
    zone, typed = timezone.get_current_timezone(), local
    local = _shown_next(local, zone)
    first, second = local.replace(tzinfo=zone), local.replace(tzinfo=zone, fold=1)
    words = {"typed": wording(typed, local, "time"), "time": wording(local, local, "time")}
    if local != typed:
        note = _("The clocks go forward then and %(typed)s does not exist: it is %(time)s instead.")
    elif first.utcoffset() != second.utcoffset():
        note = _("The clocks go back then and %(typed)s comes twice: the first one is meant.")
    else:
        note = ""
    return Moment(first.astimezone(UTC), note % words)


def first_instant(local: datetime, zone: tzinfo) -> datetime:
    """Return when the clocks of `zone` first show the wall-clock time `local` or, if they skip it,
    the next one that exists.
    """
    return _shown_next(local, zone).replace(tzinfo=zone).astimezone(UTC)


def in_a_year(local: datetime) -> datetime:
    """Return the same wall-clock time a year later; of 29 February, that of 1 March."""
    try:
        return local.replace(year=local.year + 1)
    except ValueError:
        return local.replace(year=local.year + 1, month=3, day=1)


def in_minutes(minutes: int) -> datetime:
    """Return the first full minute that is `minutes` away."""
    return (timezone.now() + timedelta(minutes=minutes, seconds=59)).replace(
        second=0, microsecond=0
    )


def end_of_day() -> datetime:
    """Return the midnight at which this day ends in the current time zone."""
    return _midnight_in(1)


def end_of_week() -> datetime:
    """Return the midnight between this Sunday and Monday in the current time zone."""
    return _midnight_in(7 - timezone.localtime().weekday())


def _midnight_in(days: int) -> datetime:
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    return moment_of(today + days * _DAY).at


def suggested_days(now: datetime | None = None) -> dict[str, datetime]:
    """Return times to choose from, in the current zone, from `now` on: {name: moment}.

    The names: evening (unless that is within the hour), tomorrow, monday (unless it is tomorrow).
    """
    now = timezone.localtime(now).replace(tzinfo=None)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    evening, tomorrow = midnight + EVENING * _HOUR, midnight + _DAY + MORNING * _HOUR
    monday = tomorrow + (-tomorrow.weekday() % 7) * _DAY
    days = {"evening": evening, "tomorrow": tomorrow, "monday": monday}
    if evening - now < _HOUR:
        del days["evening"]
    if monday == tomorrow:
        del days["monday"]
    return {name: moment_of(local).at for name, local in days.items()}


def _shown_next(local: datetime, zone: tzinfo) -> datetime:
    """Return the wall-clock time `local` or, if the clocks of `zone` skip it, the next one."""
    while not _exists(local.replace(tzinfo=zone)):
        local = local.replace(second=0, microsecond=0) + _MINUTE
    return local


def _exists(moment: datetime) -> bool:
    """Return True if the clocks of its zone show this time at all (PEP 495)."""
    return moment.astimezone(UTC).astimezone(moment.tzinfo).replace(fold=0) == moment
