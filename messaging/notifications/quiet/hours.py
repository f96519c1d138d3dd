"""Calculate quiet times from a person's settings and their time zone, without reading anything.

Quiet hours begin on the chosen weekdays at `quiet_from` on the person's clock, and end when that
clock next shows `quiet_until`: on the next day if that is not later, so two equal times are a whole
day. A time that the clocks skip is the first one after it; of a repeated one, the first is meant.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, tzinfo

from users.clock.moments import first_instant

from ..models import NotificationSettings

MAX_HELD = timedelta(days=7)  # the maximum age of what is held back for after a quiet time
MAX_AHEAD = timedelta(days=8)  # quiet times are calculated so far: weekdays repeat by then
MORNING = time(8)
NOON = time(12)
EVERY_DAY = 0b1111111  # as `quiet_days`

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)

Stretch = tuple[datetime, datetime]  # from, up to and without


def is_quiet(settings: NotificationSettings, zone: tzinfo, now: datetime) -> bool:
    """Return True if the person must not be notified at `now`."""
    return any(start <= now < end for start, end in _parts(settings, zone, now, now))


def quiet_until(settings: NotificationSettings, zone: tzinfo, now: datetime) -> datetime | None:
    """Return when the person may be notified again; None if they may be at `now`.

    At most MAX_AHEAD is calculated. Quiet hours that begin before a pause ends prolong it.
    """
    found = (s for s in stretches(settings, zone, now, now + MAX_AHEAD) if s[0] <= now < s[1])
    return next((end for _, end in found), None)


def quiet_since(settings: NotificationSettings, zone: tzinfo, now: datetime) -> datetime | None:
    """Return when the quiet time at `now` began, at most MAX_HELD ago; None if there is none."""
    found = (s for s in stretches(settings, zone, now - MAX_HELD, now) if s[0] <= now < s[1])
    return next((max(start, now - MAX_HELD) for start, _ in found), None)


def news_since(
    settings: NotificationSettings, zone: tzinfo, now: datetime, news: timedelta
) -> datetime:
    """Return the time after which an event is still news at `now`.

    It is `news` ago, without counting quiet times: what happens in them does not get old before
    its person can be notified. It is at most MAX_HELD ago, or `news` if that is longer.
    """
    earliest = now - max(MAX_HELD, news)
    since, left = now, news
    for start, end in reversed(stretches(settings, zone, earliest, now)):
        awake = since - min(end, now)
        if awake >= left:
            break
        since, left = start, left - awake
    return max(since - left, earliest)


def stretches(
    settings: NotificationSettings, zone: tzinfo, first: datetime, last: datetime
) -> list[Stretch]:
    """Return the quiet times from `first` to `last` in order. Those that touch are one."""
    merged: list[Stretch] = []
    for start, end in sorted(_parts(settings, zone, first, last)):
        if merged and start <= merged[-1][1]:
            start, end = merged[-1][0], max(end, merged.pop()[1])
        merged.append((start, end))
    return [(start, end) for start, end in merged if end > first and start <= last]


def morning_after(settings: NotificationSettings, zone: tzinfo, now: datetime) -> datetime:
    """Return the next day's morning: the end of quiet hours if that is before noon, or MORNING."""
    has_morning = settings.quiet_until is not None and settings.quiet_until < NOON
    morning = settings.quiet_until if has_morning else MORNING
    return _instant(now.astimezone(zone).date() + _DAY, morning, zone)


def hour_after(now: datetime) -> datetime:
    """Return the end of a pause of an hour, at a full minute: it is never shorter than that."""
    return (now + _HOUR + timedelta(seconds=59)).replace(second=0, microsecond=0)


def _parts(
    settings: NotificationSettings, zone: tzinfo, first: datetime, last: datetime
) -> Iterator[Stretch]:
    """Yield the quiet times that may lie between `first` and `last`, those without length left out.

    Two days before and one after: clocks that go back can show the evening of the day before again.
    """
    if settings.paused_until is not None:
        start = settings.paused_at or settings.paused_until - MAX_HELD
        if start < settings.paused_until:
            yield start, settings.paused_until
    if settings.quiet_from is None or settings.quiet_until is None:
        return
    day = first.astimezone(zone).date() - 2 * _DAY
    while day <= last.astimezone(zone).date() + _DAY:
        if settings.quiet_days >> day.weekday() & 1:
            start, end = _of_day(settings, zone, day)
            if start < end:
                yield start, end
        day += _DAY


def _of_day(settings: NotificationSettings, zone: tzinfo, day: date) -> Stretch:
    ends_next_day = settings.quiet_until <= settings.quiet_from
    start = _instant(day, settings.quiet_from, zone)
    return start, _instant(day + ends_next_day * _DAY, settings.quiet_until, zone)


def _instant(day: date, at: time, zone: tzinfo) -> datetime:
    return first_instant(datetime.combine(day, at), zone)
