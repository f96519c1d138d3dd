"""Setting a status on the profile, and clearing it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from users.models import User
from users.status.actions import set_status

PATH = "/profile/status/"
NOW = datetime(2026, 3, 25, 12, 0, 30, tzinfo=UTC)  # a Wednesday; summer time begins on Sunday


@pytest.fixture
def in_march(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def send(client_of):
    """Return a function that sends the form of a status and returns the response."""

    def sent(person, **fields):
        return client_of(User.objects.get(pk=person.pk)).post(PATH, fields)

    return sent


@pytest.fixture
def saved(send):
    """Return a function that sends what is accepted; it returns the three stored values."""

    def sent(person, **fields):
        response = send(person, **fields)
        assert response.status_code == 302, response.content.decode()
        return stored(person)

    return sent


def stored(person):
    fields = ("status_emoji", "status_text", "status_until")
    return User.objects.values_list(*fields).get(pk=person.pk)


def test_a_status_is_on_the_profile_and_can_be_cleared(bruno, client_of, page):
    client = client_of(bruno)
    sent = client.post(PATH, {"emoji": "🌴", "text": "On holiday", "until": "week"}, follow=True)
    assert "Your status is shown until" in page(sent).select_one(".alert-success").text
    shown = page(sent).select_one("#clear-status .status")
    assert shown.select_one(".status-emoji").text == "🌴"
    assert shown.select_one("bdi").text == "On holiday"
    assert shown.select_one("time[datetime]")["data-show"] == "moment"
    cleared = page(client.post("/profile/status/clear/", follow=True))
    assert not cleared.select("#clear-status, .status")
    assert stored(bruno) == ("", "", None)


@pytest.mark.parametrize(
    ("until", "ends"),
    [
        ("30_minutes", "2026-03-25T12:31"),
        ("1_hour", "2026-03-25T13:01"),
        ("4_hours", "2026-03-25T16:01"),
        ("today", "2026-03-25T23:00"),  # midnight in Madrid
        ("", "2026-03-25T23:00"),
        ("week", "2026-03-29T22:00"),  # in summer time
    ],
)
def test_it_ends_by_the_persons_own_clock(in_march, bruno, saved, until, ends):
    User.objects.filter(pk=bruno.pk).update(time_zone="Europe/Madrid")
    assert f"{saved(bruno, text='Away', until=until)[2]:%Y-%m-%dT%H:%M}" == ends


@pytest.mark.parametrize(
    ("zone", "now", "today", "week"),
    [
        ("Europe/Madrid", "2026-03-29T21:59", "2026-03-29T22:00", "2026-03-29T22:00"),  # Sunday
        ("Europe/Madrid", "2026-10-24T22:00", "2026-10-25T23:00", "2026-10-25T23:00"),  # 25 hours
        ("Africa/Cairo", "2026-04-23T12:00", "2026-04-23T22:00", "2026-04-26T21:00"),  # no midnight
        ("Pacific/Kiritimati", "2026-03-25T12:00", "2026-03-26T10:00", "2026-03-29T10:00"),
        (
            "America/Havana",
            "2026-10-31T12:00",
            "2026-11-01T04:00",
            "2026-11-02T05:00",
        ),  # 0:00 twice
    ],
)
def test_days_end_when_the_clocks_change(monkeypatch, bruno, saved, zone, now, today, week):
    monkeypatch.setattr(timezone, "now", lambda: datetime.fromisoformat(f"{now}+00:00"))
    User.objects.filter(pk=bruno.pk).update(time_zone=zone)
    for until, ends in (("today", today), ("week", week)):
        assert f"{saved(bruno, text='Away', until=until)[2]:%Y-%m-%dT%H:%M}" == ends


def test_a_day_and_a_time_count_instead(in_march, bruno, saved):
    User.objects.filter(pk=bruno.pk).update(time_zone="Europe/Madrid")
    until = saved(bruno, text="Away", until="today", at="2026-04-02 9:30")[2]
    assert until == datetime(2026, 4, 2, 7, 30, tzinfo=UTC)


def test_a_time_that_the_clocks_skip_is_said(in_march, bruno, client_of, page):
    User.objects.filter(pk=bruno.pk).update(time_zone="Europe/Madrid")
    client = client_of(User.objects.get(pk=bruno.pk))
    sent = client.post(PATH, {"text": "Away", "at": "2026-03-29T02:30"}, follow=True)
    assert "does not exist" in page(sent).select_one(".alert-success").text


@pytest.mark.parametrize("at", ["2026-03-25T13:00", "2020-01-01T10:00", "1-1-1 1:00"])
def test_a_time_that_has_passed_is_refused_with_what_was_typed(
    in_march, bruno, send, page, errors, at
):
    User.objects.filter(pk=bruno.pk).update(time_zone="Europe/Madrid")
    refused = send(bruno, emoji=":palm_tree:", text="Away", until="week", at=at)
    assert refused.status_code == 422
    assert set(errors(refused)) == {"at"}
    typed = page(refused).select("#set-status .field input")
    assert [field["value"] for field in typed] == [":palm_tree:", "Away", at]
    assert page(refused).select_one("#set-status option[selected]")["value"] == "week"
    assert stored(bruno) == ("", "", None)


def test_a_change_of_the_text_keeps_the_end_if_nothing_else_is_chosen(
    in_march, bruno, saved, client_of, page
):
    until = NOW + timedelta(days=3)
    set_status(bruno, "🌴", "On holliday", until)
    form = page(client_of(User.objects.get(pk=bruno.pk)).get("/profile/")).select_one("#set-status")
    chosen = form.select_one("option[selected]")["value"]
    assert form.select_one("[name=text]")["value"] == "On holliday"
    assert saved(bruno, emoji="🌴", text="On holiday", until=chosen) == ("🌴", "On holiday", until)


def test_what_has_ended_meanwhile_cannot_be_kept(bruno, send, errors):
    refused = send(bruno, text="On holiday", until="keep")
    assert (refused.status_code, set(errors(refused))) == (422, {"until"})


def test_one_button_says_everything_in_the_persons_language(in_march, bruno, client_of, page):
    User.objects.filter(pk=bruno.pk).update(time_zone="Europe/Madrid")
    client = client_of(User.objects.get(pk=bruno.pk))
    buttons = page(client.get("/profile/")).select(".status-choices button")
    assert len(buttons) == 5
    lunch = next(button for button in buttons if "Lunch" in button.text)
    assert client.post(PATH, {lunch["name"]: ""}).status_code == 302
    assert stored(bruno) == ("🍽️", "Lunch", datetime(2026, 3, 25, 13, 1, tzinfo=UTC))


@pytest.mark.parametrize("name", ["quick:", "quick:lunches", "quick:" + "x" * 500])
def test_a_button_that_there_is_not_sets_nothing(bruno, send, name):
    assert send(bruno, **{name: "1"}).status_code == 422
    assert stored(bruno) == ("", "", None)


def test_too_many_are_refused_with_the_text_kept(bruno, send, page, stopped_limits):
    answers = [send(bruno, text=f"Status {number}") for number in range(61)]
    assert {answer.status_code for answer in answers[:-1]} == {302}
    assert answers[-1].status_code == 429 and int(answers[-1]["Retry-After"]) > 0
    assert page(answers[-1]).select_one("[name=text]")["value"] == "Status 60"


def test_a_deactivated_person_sets_none(bruno):
    User.objects.filter(pk=bruno.pk).update(is_active=False)
    with pytest.raises(PermissionDenied):
        set_status(bruno, "🌴", "", None)
