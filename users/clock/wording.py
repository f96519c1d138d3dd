"""Times in words: "12:37", "Today", "Mon 23 Nov".

clock.js makes the same words from the same names (`names_in_use`), in the browser's time zones.
"""

from datetime import date, datetime, timedelta
from functools import lru_cache

from django.utils import dateformat, timezone, translation
from django.utils.formats import get_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

_SUNDAY = date(2026, 2, 1)
_MONTH = {"en": "M"}  # other languages write the names of months in lower case
_DAYS, _MONTHS = 2, 9  # where they begin in the names


def names_in_use():
    """Return Today, Yesterday, the days from Sunday, the months, and AM and PM if in use."""
    return _names(translation.get_language() or "en")


@lru_cache(maxsize=20)
def _names(language):
    days = [_SUNDAY + timedelta(days=day) for day in range(7)]
    months = [date(2026, month, 1) for month in range(1, 13)]
    return [
        *(_("Today"), _("Yesterday")),
        *(capfirst(dateformat.format(day, "D")) for day in days),
        *(dateformat.format(month, _MONTH.get(language[:2], "b")) for month in months),
        *(("AM", "PM") if "A" in get_format("TIME_FORMAT") else ()),
    ]


def shown(moment, kind):
    """Return `moment` in the current time zone and language.

    `kind` is "time" (12:37), "day" (Today, or Mon 23 Nov) or "moment" (Mon 23 Nov, 12:37). The year
    is added if it is not this one.
    """
    local, now = timezone.localtime(moment), timezone.localtime()
    return wording(local, now, kind)


def wording(local: datetime, now: datetime, kind: str) -> str:
    """Return the wall-clock time `local` in words, as seen at the wall-clock time `now`."""
    names = names_in_use()
    if kind == "time":
        return _time(local, names)
    if kind == "moment":  # it stands in a sentence
        day = _day(local, now, names)
        if not (translation.get_language() or "en").startswith("en"):
            day = day[0].lower() + day[1:]
        return f"{day}, {_time(local, names)}"
    days_ago = (now.date() - local.date()).days
    return names[days_ago] if days_ago in (0, 1) else _day(local, now, names)


def _day(local, now, names):
    weekday, month = names[_DAYS + local.isoweekday() % 7], names[_MONTHS + local.month - 1]
    year = "" if local.year == now.year else f" {local.year}"
    return f"{weekday} {local.day} {month}{year}"


def _time(local, names):
    if names[-1] != "PM":
        return f"{local:%H:%M}"
    return f"{local.hour % 12 or 12}:{local:%M} {names[-1 if local.hour >= 12 else -2]}"
