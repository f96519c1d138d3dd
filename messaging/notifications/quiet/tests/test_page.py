"""Quiet hours and pauses on the page of notification settings, without scripts."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.utils import timezone

from messaging.models import NotificationSettings
from users.models import User

PAGE, SAVE, PAUSE = "/notifications/", "/notifications/quiet/", "/notifications/pause/"
NIGHT = {"quiet_from": "22:00", "quiet_until": "07:00", "quiet_days": ["0", "4"]}
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def noon(monkeypatch, bruno):
    """It is Wednesday, 12:04 in Madrid, where Bruno lives."""
    now = datetime(2026, 11, 25, 11, 4, 30, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: now)
    User.objects.filter(pk=bruno.pk).update(time_zone="Europe/Madrid")
    bruno.refresh_from_db()
    return now


@pytest.fixture
def client(client_of, bruno):
    return client_of(bruno)


def settings_of(user):
    return NotificationSettings.objects.get(user=user)


def said(soup):
    state = soup.select_one(".quiet-state")
    return " ".join(state.get_text().split()) if state else ""


def values(soup):
    inputs = soup.select("form[action$='/quiet/'] input:not([type=hidden])")
    return [box["value"] for box in inputs if box.get("value") and box["type"] == "time"] + [
        box["value"] for box in inputs if box["type"] == "checkbox" and box.has_attr("checked")
    ]


def test_somebody_chooses_when_they_want_quiet(client, bruno, page):
    assert values(page(client.get(PAGE))) == [*"0123456"]
    response = client.post(SAVE, NIGHT)
    row = settings_of(bruno)
    assert response["Location"] == PAGE
    assert (row.quiet_from, row.quiet_until, row.quiet_days) == (time(22), time(7), 0b10001)
    assert values(page(client.get(PAGE))) == ["22:00", "07:00", "0", "4"]


def test_one_button_turns_them_off(client, bruno, page):
    client.post(SAVE, NIGHT)
    assert len(page(client.get(PAGE)).select("button[name=off]")) == 1
    client.post(SAVE, NIGHT | {"off": ""})
    assert (settings_of(bruno).quiet_from, settings_of(bruno).quiet_until) == (None, None)
    assert page(client.get(PAGE)).select("button[name=off]") == []


def test_two_empty_times_are_no_quiet_hours(client, bruno):
    client.post(SAVE, NIGHT)
    client.post(SAVE, {"quiet_from": "", "quiet_until": ""})
    assert (settings_of(bruno).quiet_from, settings_of(bruno).quiet_days) == (None, 0b1111111)


@pytest.mark.parametrize("typed", ["22:30", "22:30:15", "22.30", "10:30 PM", "10:30pm", " 22:30 "])
def test_a_time_is_typed_in_any_usual_way(client, bruno, typed):
    client.post(SAVE, NIGHT | {"quiet_from": typed})
    assert settings_of(bruno).quiet_from == time(22, 30)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"quiet_from": "25:00"}, "Write a time like this: 22:30."),
        ({"quiet_from": "22:60"}, "Write a time like this: 22:30."),
        ({"quiet_from": "2\x002:00"}, "Write a time like this: 22:30."),
        ({"quiet_until": "x" * 10_000}, "Write a time like this: 22:30."),
        ({"quiet_until": "-1:00"}, "Write a time like this: 22:30."),
        ({"quiet_until": ""}, "Write both times, or neither for no quiet hours."),
        ({"quiet_from": " "}, "Write both times, or neither for no quiet hours."),
        ({"quiet_days": []}, "Choose at least one day."),
        ({"quiet_days": ["7"]}, "Choose one of these."),
        ({"quiet_days": ["0", "²", "\x00"]}, "Choose one of these."),
        (
            {"quiet_from": "07:00", "quiet_days": [*"0123456"]},
            "That would be always. Choose fewer days, or two different times.",
        ),
    ],
)
def test_what_cannot_be_is_refused_and_kept(client, bruno, page, wrong, sentence):
    response = client.post(SAVE, NIGHT | wrong)
    soup = page(response)
    errors = [error.get_text(strip=True) for error in soup.select(".field-errors li")]
    assert (response.status_code, errors) == (422, [sentence])
    for name in ("quiet_from", "quiet_until"):
        assert soup.select_one(f"[name={name}]").get("value", "") == (NIGHT | wrong)[name]
    assert not NotificationSettings.objects.filter(quiet_from__isnull=False).exists()


def test_equal_times_on_some_days_are_whole_days(client, bruno):
    days = {"quiet_from": "00:00", "quiet_until": "00:00", "quiet_days": ["5", "6"]}
    assert client.post(SAVE, days).status_code == 302
    assert settings_of(bruno).quiet_until == time(0)


def test_an_hour_is_never_shorter_and_is_said(client, bruno, noon, page):
    client.post(PAUSE, {"pause": "hour"})
    row = settings_of(bruno)
    assert (row.paused_at, row.paused_until) == (noon, datetime(2026, 11, 25, 12, 5, tzinfo=UTC))
    assert said(page(client.get(PAGE))) == "Paused until 1:05 PM."


@pytest.mark.parametrize(
    ("hours", "morning", "words"),
    [
        ({}, 7, "Paused until 8:00 AM."),
        (NIGHT, 6, "Paused until 7:00 AM."),
        ({**NIGHT, "quiet_from": "09:00", "quiet_until": "17:00"}, 7, "Paused until 8:00 AM."),
    ],
)
def test_tomorrow_is_the_morning_of_the_person(client, bruno, page, hours, morning, words):
    client.post(SAVE, hours)
    button = page(client.get(PAGE)).select_one("[value=tomorrow] ~ button")
    client.post(PAUSE, {"pause": "tomorrow"})
    assert settings_of(bruno).paused_until == datetime(2026, 11, 26, morning, tzinfo=UTC)
    assert said(page(client.get(PAGE))) == words
    assert words.removeprefix("Paused until ") == button.get_text(strip=True)[-7:] + "."


def test_resuming_ends_a_pause_and_remembers_what_it_held(client, bruno, noon, page, monkeypatch):
    assert page(client.get(PAGE)).select("[value=resume]") == []
    client.post(PAUSE, {"pause": "tomorrow"})
    assert len(page(client.get(PAGE)).select("[value=resume]")) == 1
    monkeypatch.setattr(timezone, "now", lambda: noon + 3 * HOUR)
    for _ in range(2):  # somebody sends the form twice
        client.post(PAUSE, {"pause": "resume"})
    row = settings_of(bruno)
    assert (row.paused_at, row.paused_until) == (noon, noon + 3 * HOUR)
    assert said(page(client.get(PAGE))) == ""


@pytest.mark.parametrize("sent", [{}, {"pause": ""}, {"pause": "year"}, {"pause": "hour\x00"}])
def test_a_pause_that_there_is_not_is_refused(client, bruno, page, sent):
    response = client.post(PAUSE, sent)
    alert = page(response).select_one("#quiet [role=alert]").get_text(strip=True)
    assert (response.status_code, alert) == (422, "Choose one of these.")
    assert not NotificationSettings.objects.filter(paused_until__isnull=False).exists()


def test_the_page_says_that_it_is_quiet_and_until_when(client, page):
    client.post(SAVE, {"quiet_from": "12:00", "quiet_until": "14:30", "quiet_days": ["2"]})
    assert said(page(client.get(PAGE))) == "Quiet now until 2:30 PM."
    client.post(PAUSE, {"pause": "hour"})
    assert (
        said(page(client.get(PAGE)))
        == "Paused until 1:05 PM. Your quiet hours follow, until 2:30 PM."
    )


def test_the_times_are_in_the_readers_own_zone(client, page):
    text = page(client.get(PAGE)).select_one("#quiet .field-help").get_text(" ", strip=True)
    assert text.startswith("Time zone: Europe/Madrid. It is 12:04 PM there now.")
    User.objects.update(time_zone="Pacific/Kiritimati")
    text = page(client.get(PAGE)).select_one("#quiet .field-help").get_text(" ", strip=True)
    assert text.startswith("Time zone: Pacific/Kiritimati. It is 1:04 AM there now.")


def test_what_was_held_is_kept_when_the_hours_change_in_them(client, bruno, noon, monkeypatch):
    client.post(SAVE, {"quiet_from": "11:00", "quiet_until": "10:00", "quiet_days": ["1", "2"]})
    client.post(SAVE, {"off": ""})
    row = settings_of(bruno)
    assert (row.paused_at, row.paused_until) == (datetime(2026, 11, 25, 10, tzinfo=UTC), noon)


def test_looking_changes_nothing(client):
    client.get(PAGE)
    client.head(PAGE)
    assert not NotificationSettings.objects.exists()
    assert [client.get(path).status_code for path in (SAVE, PAUSE)] == [405, 405]
