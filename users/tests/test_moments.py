"""Times that people type: in their zone, within a year, and when the clocks change."""

from datetime import UTC, datetime, timedelta

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from users.clock.moments import MomentField, in_a_year, suggested_days
from users.clock.zones import zone_named

MADRID, NOW = "Europe/Madrid", datetime(2026, 3, 1, 12, 0, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_madrid_in_march(monkeypatch):
    """It is 13:00:30 on 1 March 2026 in Madrid, where summer time begins on 29 March."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    with timezone.override(zone_named(MADRID)), translation.override("en"):
        yield


@pytest.mark.parametrize(
    "typed",
    ["2026-03-02T09:05", "2026-03-02 9:05", " 2026-03-02  09:05 ", "2026-3-2t09:05:59.999"],
)
def test_a_time_is_in_the_readers_zone(typed):
    assert MomentField().clean(typed) == (datetime(2026, 3, 2, 8, 5, tzinfo=UTC), "")


@pytest.mark.parametrize(
    ("zone", "typed", "instant"),
    [
        (MADRID, "2026-03-29T02:30", "2026-03-29T01:00"),  # to 03:00
        (MADRID, "2026-03-29T02:00", "2026-03-29T01:00"),
        (MADRID, "2026-03-29T02:59", "2026-03-29T01:00"),
        ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:30"),  # skips half an hour
        ("America/Santiago", "2026-09-06T00:10", "2026-09-06T04:00"),  # at midnight
        ("America/Sao_Paulo", "2026-10-18T00:30", "2026-10-18T03:30"),  # has no summer time now
    ],
)
def test_a_time_that_the_clocks_skip_moves_to_the_next_one(zone, typed, instant):
    with timezone.override(zone_named(zone)):
        moment = MomentField().clean(typed)
    assert f"{moment.at:%Y-%m-%dT%H:%M}" == instant
    assert ("does not exist" in moment.note) == (zone != "America/Sao_Paulo")


def test_the_sentence_names_both_times():
    assert MomentField().clean("2026-03-29T02:30").note == (
        "The clocks go forward then and 2:30 AM does not exist: it is 3:00 AM instead."
    )


@pytest.mark.parametrize(
    ("zone", "typed", "instant"),
    [
        (MADRID, "2026-10-25T02:30", "2026-10-25T00:30"),
        (MADRID, "2026-10-25T02:00", "2026-10-25T00:00"),
        ("America/New_York", "2026-11-01T01:59", "2026-11-01T05:59"),
    ],
)
def test_a_repeated_time_means_the_first(zone, typed, instant):
    with timezone.override(zone_named(zone)):
        moment = MomentField().clean(typed)
    assert f"{moment.at:%Y-%m-%dT%H:%M}" == instant
    assert "comes twice: the first one is meant" in moment.note


@pytest.mark.parametrize("typed", ["2026-10-25T01:59", "2026-10-25T03:00", "2026-03-29T03:00"])
def test_times_beside_a_change_are_plain(typed):
    assert MomentField().clean(typed).note == ""


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("2026-03-01T13:00", "past"),
        ("2026-02-28T23:00", "past"),
        ("1970-01-01T00:00", "past"),
        ("0001-01-01T00:00", "past"),
        ("2027-03-01T13:01", "far"),
        ("2056-03-01T13:00", "far"),
        ("9999-12-31T23:59", "far"),
        ("275760-09-13T00:00", "far"),
        ("2026-02-30T10:00", "invalid"),
        ("2026-04-01T24:00", "invalid"),
        ("2026-04-01T10:60", "invalid"),
        ("0000-01-01T00:00", "invalid"),
        ("2026-04-01", "invalid"),
        ("tomorrow", "invalid"),
        ("٢٠٢٦-٠٤-٠١T١٠:٠٠", "invalid"),
        ("2026-04-01T10:00Z", "invalid"),
        ("2026-04-01T10:00+02:00", "invalid"),
        ("2026-04-01T10:00" + ":00" * 5_000, "invalid"),
        ("9" * 5_000, "invalid"),
        ("\0", "invalid"),
        ("", "required"),
    ],
)
def test_what_is_no_time_ahead_is_refused(typed, code):
    with pytest.raises(ValidationError) as refused:
        MomentField().clean(typed)
    assert refused.value.code == code


@pytest.mark.parametrize("typed", ["2026-03-01T13:01", "2027-03-01T13:00"])
def test_the_next_minute_and_the_same_day_next_year_are_possible(typed):
    assert MomentField().clean(typed).note == ""


def test_a_year_from_a_leap_day_ends_in_march():
    assert in_a_year(datetime(2028, 2, 29, 8)) == datetime(2029, 3, 1, 8)


class MomentForm(forms.Form):
    at = MomentField()


def test_the_field_shows_the_readers_clock_and_names_the_zone():
    form = MomentForm(initial={"at": datetime(2026, 3, 2, 8, 5, tzinfo=UTC)})
    assert 'type="datetime-local"' in str(form["at"])
    assert 'value="2026-03-02T09:05"' in str(form["at"])
    assert form["at"].help_text == "Time zone: Europe/Madrid. It is 1:00 PM there now."


def test_a_refused_time_stays_as_it_was_typed():
    form = MomentForm({"at": "tomorrow <9>"})
    assert not form.is_valid()
    assert 'value="tomorrow &lt;9&gt;"' in str(form["at"])


def test_an_empty_field_that_may_be_empty_has_no_value():
    assert MomentField(required=False).clean("") is None


@pytest.mark.parametrize(
    ("now", "names"),
    [
        ("2026-03-04T08:00", ["evening", "tomorrow", "monday"]),
        ("2026-03-04T17:30", ["tomorrow", "monday"]),  # too near
        ("2026-03-01T08:00", ["evening", "tomorrow"]),  # a Sunday
        ("2026-03-07T23:59", ["tomorrow", "monday"]),
    ],
)
def test_the_suggested_times_are_ahead_and_different(now, names):
    moment = datetime.fromisoformat(f"{now}+01:00")
    days = suggested_days(moment)
    assert list(days) == names
    local = [timezone.localtime(at) for at in days.values()]
    assert all(at - moment >= timedelta(hours=1) for at in local)
    assert {at.hour for at in local} <= {9, 18}
