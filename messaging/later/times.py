"""The times that people write after /remind, in English, Spanish and Portuguese.

Only the few forms of `_FORMS`; the help page names them. Days without a time are at MORNING.
"""

import re
import unicodedata
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone

from users.clock.moments import (
    EVENING,
    MORNING,
    Moment,
    MomentField,
    in_a_year,
    in_minutes,
    moment_of,
)

_DAY = timedelta(days=1)
_MINUTES, _DAYS = {"m": 1, "h": 60}, {"d": 1, "w": 7, "s": 7}  # of a unit, by its first letter
_WEEKDAYS = [
    "monday|lunes|segunda(?:-feira)?",
    "tuesday|martes|terça(?:-feira)?",
    "wednesday|miércoles|miercoles|quarta(?:-feira)?",
    "thursday|jueves|quinta(?:-feira)?",
    "friday|viernes|sexta(?:-feira)?",
    "saturday|sábado|sabado",
    "sunday|domingo",
]
_TODAY, _TOMORROW = "today|hoy|hoje", "tomorrow|mañana|manana|amanhã|amanha"
_UNIT = "m(?:ins?|inutes?|inutos?)?|h(?:rs?|ours?|oras?)?|d(?:ays?|ías?|ias?)?|w(?:eeks?)?|semanas?"
_NUMBER = r"(?P<number>\d{1,5}|an?|one|una?|uma?)"
_CLOCK = r"(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d{2})|h)?(?:\s*(?P<half>[ap]\.?m\.?))?h?"
_AT = r"(?:at|a\ las?|às|as|à)\s+"
_ON = r"(?:on\s+|el\s+|na\s+|no\s+)?"
_DATE = r"(?P<date>\d{4}-\d{1,2}-\d{1,2})"
_NAMED = f"(?P<day>{'|'.join([_TODAY, _TOMORROW, *_WEEKDAYS])})"
_END = r"(?=[\s,:;–—-]|$)"
_FORMS = [
    rf"(?:in|en|em|dentro\ de|daqui\ a)\s+{_NUMBER}\s*(?P<unit>{_UNIT})",
    r"(?P<evening>this\ evening|tonight|esta\ (?:tarde|noche|noite)|hoje\ à\ noite)",
    rf"{_DATE}[t\s]\s*(?:{_AT})?{_CLOCK}",
    rf"{_ON}{_NAMED},?\s+{_AT}{_CLOCK}",
    rf"{_ON}{_NAMED},?\s+(?=\d{{1,2}}[:.h]){_CLOCK}",
    rf"{_AT}{_CLOCK}\s+{_ON}{_NAMED}",
    rf"{_AT}{_CLOCK}",
    rf"{_ON}{_NAMED}",
]
_PATTERNS = [re.compile(f"(?:me\\s+)?{form}{_END}", re.IGNORECASE) for form in _FORMS]
_BETWEEN = re.compile(r"[\s,:;–—-]*")


def time_in(text: str) -> tuple[Moment, str] | None:
    """Return the moment with which `text` begins, in the current time zone, and the text after it.

    Return None if it begins with none. Raise the ValidationError of a time that is past or too far.
    """
    text = unicodedata.normalize("NFC", text.strip())  # "mañana" in two ways
    for pattern in _PATTERNS:
        found = pattern.match(text)
        if found is None:
            continue
        moment = _moment_of(found.groupdict())
        if moment is None:
            continue
        rest = text[found.end() :]
        return _checked(moment), rest[_BETWEEN.match(rest).end() :]  # type: ignore[union-attr]
    return None


def _moment_of(named: dict[str, str | None]) -> Moment | None:
    now = timezone.localtime().replace(tzinfo=None)
    if named.get("unit"):
        return _after(named["number"] or "", (named["unit"] or "").lower(), now)
    if named.get("evening"):
        return moment_of(_midnight(now) + timedelta(hours=EVENING))
    clock = _clock_of(named)
    if clock is None:
        return None
    if named.get("date"):
        try:
            day = datetime.strptime(named["date"] or "", "%Y-%m-%d")
        except ValueError:
            return None
        if day.year > now.year + 1:
            raise _error("far")
        if day.year < now.year - 1:  # before zones are calculated with: datetime begins in year 1
            raise _error("past")
        return moment_of(day + clock)
    local = _midnight(now) + clock
    day_name = (named.get("day") or "").lower()
    if not day_name:
        return moment_of(local if local > now else local + _DAY)
    return moment_of(_on_day(day_name, local, now))


def _after(number: str, unit: str, now: datetime) -> Moment:
    count = int(number) if number.isdecimal() else 1
    if unit[0] in _MINUTES:
        minutes = count * _MINUTES[unit[0]]
        return Moment(in_minutes(minutes) if minutes else timezone.now())
    local = now.replace(second=0, microsecond=0)
    return moment_of(local + count * _DAYS[unit[0]] * _DAY)


def _clock_of(named: dict[str, str | None]) -> timedelta | None:
    """Return the time of day; MORNING if none is named, None if there is no such time."""
    if named.get("hour") is None:
        return timedelta(hours=MORNING)
    hour, minute = int(named["hour"] or 0), int(named.get("minute") or 0)
    half = (named.get("half") or "").lower()
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half[0] == "p" else 0)
    if hour > 23 or minute > 59:
        return None
    return timedelta(hours=hour, minutes=minute)


def _on_day(name: str, local: datetime, now: datetime) -> datetime:
    """Return the time `local` of today on the day of this name, the next one if it is a weekday."""
    if re.fullmatch(_TODAY, name):
        return local
    if re.fullmatch(_TOMORROW, name):
        return local + _DAY
    weekday = next(day for day, names in enumerate(_WEEKDAYS) if re.fullmatch(names, name))
    later = local + (weekday - local.weekday()) % 7 * _DAY
    return later if later > now else later + 7 * _DAY


def _midnight(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


def _checked(moment: Moment) -> Moment:
    now = timezone.now()
    if moment.at <= now:
        raise _error("past")
    if moment.at > in_a_year(now):
        raise _error("far")
    return moment


def _error(code: str) -> ValidationError:
    return ValidationError(MomentField.default_error_messages[code], code=code)
