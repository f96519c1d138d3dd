"""Quiet hours by the clock: across midnight, on weekdays, and when the clocks change."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messaging.models import NotificationSettings
from messaging.notifications.quiet.hours import (
    MAX_HELD,
    is_quiet,
    morning_after,
    news_since,
    quiet_since,
    quiet_until,
    stretches,
)

MADRID = ZoneInfo("Europe/Madrid")
EVERY_DAY, FRIDAY = 0b1111111, 1 << 4
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def hours(start="22:00", end="07:00", days=EVERY_DAY, **pause):
    start, end = (time.fromisoformat(text) for text in (start, end))
    return NotificationSettings(quiet_from=start, quiet_until=end, quiet_days=days, **pause)


def at(text, zone=MADRID, fold=0):
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).astimezone(UTC)


def ends(each, text, zone=MADRID, fold=0):
    """Return when a quiet time ends, on the clock of `zone`, or None."""
    end = quiet_until(each, zone, at(text, zone, fold))
    return end and f"{end.astimezone(zone):%Y-%m-%d %H:%M}"


def test_they_pass_midnight():
    assert ends(hours(), "2026-11-25 21:59") is None
    assert ends(hours(), "2026-11-25 22:00") == "2026-11-26 07:00"
    assert ends(hours(), "2026-11-26 06:59") == "2026-11-26 07:00"
    assert ends(hours(), "2026-11-26 07:00") is None


def test_a_weekday_is_that_on_which_they_begin():
    assert ends(hours(days=FRIDAY), "2026-11-28 06:59") == "2026-11-28 07:00"  # Saturday
    assert ends(hours(days=FRIDAY), "2026-11-27 06:59") is None  # the night of Thursday
    assert ends(hours(days=FRIDAY), "2026-11-28 22:00") is None


def test_equal_times_are_a_whole_day_and_days_in_a_row_are_one():
    weekend = hours("00:00", "00:00", days=0b1100000)
    assert ends(weekend, "2026-11-28 00:00") == "2026-11-30 00:00"
    assert quiet_since(weekend, MADRID, at("2026-11-29 23:59")) == at("2026-11-28 00:00")
    assert ends(weekend, "2026-11-30 00:00") is None


def test_a_beginning_that_the_clocks_skip_is_the_next_time_that_there_is():
    spring = hours("02:30", "06:00")
    assert ends(spring, "2026-03-29 01:59") is None
    assert ends(spring, "2026-03-29 03:00") == "2026-03-29 06:00"
    assert ends(hours("02:10", "02:50"), "2026-03-29 03:00") is None  # nothing is left of them


def test_of_a_time_that_comes_twice_the_first_begins_and_ends_them():
    assert ends(hours("02:30", "06:00"), "2026-10-25 02:30") == "2026-10-25 06:00"
    assert ends(hours("02:30", "06:00"), "2026-10-25 02:00", fold=1) == "2026-10-25 06:00"
    assert ends(hours("01:00", "02:30"), "2026-10-25 02:30") is None
    assert ends(hours("01:00", "02:30"), "2026-10-25 02:00", fold=1) is None


def test_a_night_is_an_hour_shorter_or_longer_when_the_clocks_change():
    lengths = [
        end - start
        for day in ("2026-03-28", "2026-10-24", "2026-11-24")
        for start, end in stretches(hours(), MADRID, *[at(f"{day} 23:00")] * 2)
    ]
    assert lengths == [8 * HOUR, 10 * HOUR, 9 * HOUR]


@pytest.mark.parametrize(
    ("zone", "moment"),
    [
        ("Pacific/Kiritimati", "2026-11-27 10:00"),  # UTC+14: it is Saturday there already
        ("Pacific/Niue", "2026-11-28 10:00"),  # UTC-11: it is still Friday there
        ("Australia/Lord_Howe", "2026-11-27 12:00"),
    ],
)
def test_the_day_is_that_of_the_persons_own_zone(zone, moment):
    zone, now = ZoneInfo(zone), at(moment, UTC)
    friday, saturday = (hours("00:00", "23:59", days=1 << day) for day in (4, 5))
    local = now.astimezone(zone).weekday()
    assert (is_quiet(friday, zone, now), is_quiet(saturday, zone, now)) == (local == 4, local == 5)


def test_a_day_that_never_came_ends_nothing_late():
    """Samoa crossed the date line: 30 December 2011 did not exist there."""
    apia = ZoneInfo("Pacific/Apia")
    assert ends(hours(), "2011-12-29 23:00", apia) == "2011-12-31 07:00"
    assert ends(hours(), "2011-12-31 08:00", apia) is None


def test_a_pause_and_quiet_hours_that_touch_are_one():
    paused = {"paused_at": at("2026-11-25 21:30"), "paused_until": at("2026-11-25 22:30")}
    assert ends(hours(**paused), "2026-11-25 21:45") == "2026-11-26 07:00"
    assert quiet_since(hours(**paused), MADRID, at("2026-11-26 03:00")) == paused["paused_at"]


def test_a_pause_ends_at_its_minute():
    pause = NotificationSettings(paused_until=at("2026-11-25 14:05"))
    assert ends(pause, "2026-11-25 14:04") == "2026-11-25 14:05"
    assert ends(pause, "2026-11-25 14:05") is None


def test_without_settings_nothing_is_quiet():
    assert ends(NotificationSettings(), "2026-11-25 03:00") is None
    assert ends(NotificationSettings(quiet_from=time(1)), "2026-11-25 03:00") is None
    assert ends(hours(days=0), "2026-11-25 23:00") is None


def test_quiet_hours_without_an_end_are_calculated_a_week_ahead():
    always = hours("00:00", "00:00")
    now = at("2026-11-25 12:00")
    assert quiet_until(always, MADRID, now) - now > timedelta(days=7)


def test_the_morning_is_the_end_of_the_quiet_hours_or_eight():
    now, ready = at("2026-11-25 23:00"), at("2026-11-26 08:00")
    assert morning_after(hours(), MADRID, now) == at("2026-11-26 07:00")
    assert morning_after(hours("09:00", "17:00"), MADRID, now) == ready
    assert morning_after(NotificationSettings(), MADRID, now) == ready
    assert morning_after(NotificationSettings(), MADRID, at("2026-11-25 00:10")) == ready


def test_quiet_times_do_not_make_events_older():
    now = at("2026-11-30 00:01")
    weekend = hours("00:00", "00:00", days=0b1100000)
    assert news_since(weekend, MADRID, now, DAY) == at("2026-11-27 00:01")
    assert news_since(NotificationSettings(), MADRID, now, DAY) == now - DAY
    assert news_since(hours("00:00", "00:00"), MADRID, now, DAY) == now - MAX_HELD


wall_clock = st.builds(time, st.integers(0, 23), st.integers(0, 59))
zones = st.sampled_from(
    [
        *("Europe/Madrid", "America/New_York", "America/Havana", "Africa/Cairo", "Asia/Beirut"),
        *("Australia/Lord_Howe", "Pacific/Kiritimati", "Pacific/Niue", "Asia/Kathmandu"),
        *("America/Asuncion", "Atlantic/Azores", "Pacific/Chatham", "UTC", "America/Godthab"),
    ]
).map(ZoneInfo)


def changes_of(zone, year):
    """Return the hours of `year` in which the clocks of `zone` change."""
    first = datetime(year, 1, 1, tzinfo=UTC)
    offsets = [(first + hour * HOUR).astimezone(zone).utcoffset() for hour in range(365 * 24)]
    pairs = enumerate(pairwise(offsets))
    return [first + hour * HOUR for hour, (before, after) in pairs if before != after]


CHANGES = {}


@st.composite
def moments(draw, zone):
    """Moments near those at which the clocks change, as far as they do."""
    year = draw(st.integers(2020, 2027))
    key = (zone.key, year)
    CHANGES[key] = CHANGES.get(key) or changes_of(zone, year) or [datetime(year, 5, 1, tzinfo=UTC)]
    return draw(st.sampled_from(CHANGES[key])) + draw(st.integers(-2000, 2000)) * MINUTE


@settings(deadline=None, max_examples=60)
@given(wall_clock, wall_clock, st.integers(0, 127), zones, st.data())
def test_they_are_what_somebody_with_a_clock_would_do(start, end, days, zone, data):
    """Walk through three days minute by minute, and look at the clock on the wall."""
    now = data.draw(moments(zone))
    settings = NotificationSettings(quiet_from=start, quiet_until=end, quiet_days=days)
    assert is_quiet(settings, zone, now) == watched(settings, zone, now)


def watched(settings, zone, now):
    """Wait for each day's beginning, then for its end. Both come only once, by the clock."""
    begun, ended, seen = set(), set(), now - 3 * DAY
    while seen <= now:
        local = seen.astimezone(zone).replace(tzinfo=None)
        for day in (local.date() - DAY, local.date()):
            start = datetime.combine(day, settings.quiet_from)
            end = datetime.combine(day, settings.quiet_until)
            end += DAY if end <= start else timedelta(0)
            if settings.quiet_days >> day.weekday() & 1 and local >= start:
                begun.add(day)
            if local >= end:
                ended.add(day)
        seen += MINUTE
    return begun - ended != set()
