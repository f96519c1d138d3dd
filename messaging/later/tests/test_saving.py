"""Saving a message for later: by the page, by a button of the room's page, and what is refused."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from core import rate_limits
from messaging.later import actions
from messaging.later.actions import remind_of, save_message
from messaging.message.actions import delete_message
from messaging.models import Message, Saved
from rooms.actions import archive_room, end_membership
from rooms.moderation.actions import mute_member
from users.clock.moments import suggested_days
from users.clock.zones import zone_named
from users.models import User


@pytest.fixture
def message(lobby, ana, say):
    return say(lobby, ana, "Buy milk")


def address(message):
    return f"/messages/{message.pk}/save/"


def one():
    return Saved.objects.get()


def test_one_click_saves_it_and_goes_back_to_it(client_of, bruno, message):
    response = client_of(bruno).post(address(message), {f"save:{message.pk}:": "Save for later"})
    assert (response.status_code, response["Location"]) == (303, f"/messages/{message.pk}/")
    assert (one().user, one().message, one().remind_at) == (bruno, message, None)


def test_a_click_in_a_page_of_its_own_goes_back_there(client_of, bruno, message):
    data = {f"save:{message.pk}:": "", "back": "/rooms/lobby/live/"}
    response = client_of(bruno).post(address(message), data)
    assert response["Location"] == f"/rooms/lobby/live/#message-{message.pk}"


@pytest.mark.parametrize("repeat", [1, 3])
def test_saving_and_taking_back_can_be_repeated(client_of, bruno, message, repeat):
    client = client_of(bruno)
    for _ in range(repeat):
        client.post(address(message), {f"save:{message.pk}:": ""})
    assert Saved.objects.count() == 1
    for _ in range(repeat):
        client.post(address(message), {f"unsave:{message.pk}:": ""})
    assert Saved.objects.count() == 0


def test_saving_again_keeps_the_time(client_of, bruno, message):
    moment = timezone.now() + timedelta(hours=3)
    remind_of(message, bruno, moment)
    client_of(bruno).post(address(message), {f"save:{message.pk}:": ""})
    assert one().remind_at == moment
    client_of(bruno).post(address(message), {"without_time": ""})
    assert one().remind_at is None


def test_what_is_done_is_saved_anew_without_its_old_time(bruno, message):
    saved = remind_of(message, bruno, timezone.now() - timedelta(hours=1))
    actions.finish_saved(saved)
    save_message(message, bruno)
    assert (one().done_at, one().remind_at) == (None, None)


@pytest.mark.parametrize("when", ["hour", "evening", "tomorrow", "monday"])
def test_each_choice_is_the_time_that_it_says(client_of, page, bruno, message, when, monkeypatch):
    now = timezone.now().replace(year=2026, month=11, day=26, hour=10, minute=20, second=30)
    monkeypatch.setattr(timezone, "now", lambda: now)
    User.objects.filter(pk=bruno.pk).update(time_zone="Europe/Madrid")
    client = client_of(bruno)
    label = page(client.get(address(message))).select_one(f"label:has([value={when}])").text
    client.post(address(message), {"when": when})
    said, hour, day = {
        "hour": ("In an hour (12:20 PM)", 12, 26),
        "evening": ("This evening (6:00 PM)", 18, 26),
        "tomorrow": ("Tomorrow (Fri 27 Nov, 9:00 AM)", 9, 27),
        "monday": ("Monday (Mon 30 Nov, 9:00 AM)", 9, 30),
    }[when]
    moment = timezone.localtime(one().remind_at, zone_named("Europe/Madrid"))
    assert (label.strip(), moment.hour, moment.day) == (said, hour, day)


def test_a_typed_time_is_in_the_persons_zone_which_is_said(client_of, page, bruno, message):
    User.objects.filter(pk=bruno.pk).update(time_zone="Asia/Tokyo")
    client = client_of(bruno)
    field = page(client.get(address(message))).select_one("#id_at_helptext")
    assert "Asia/Tokyo" in field.text
    tomorrow = timezone.localtime(timezone=zone_named("Asia/Tokyo")) + timedelta(days=1)
    client.post(address(message), {"when": "at", "at": f"{tomorrow:%Y-%m-%d}T09:30"})
    moment = timezone.localtime(one().remind_at, zone_named("Asia/Tokyo"))
    assert (moment.hour, moment.minute, moment.day) == (9, 30, tomorrow.day)


def test_a_typed_time_counts_without_its_radio_button(client_of, bruno, message):
    at = timezone.localtime() + timedelta(days=2)
    client_of(bruno).post(address(message), {"at": f"{at:%Y-%m-%d %H:%M}"})
    assert one().remind_at == at.replace(second=0, microsecond=0)


def test_another_choice_counts_whatever_was_typed_before(client_of, bruno, message):
    client_of(bruno).post(address(message), {"when": "tomorrow", "at": "2001-01-01T00:00"})
    assert one().remind_at == suggested_days()["tomorrow"]


@pytest.mark.parametrize(
    ("data", "field", "sentence"),
    [
        ({}, "when", "Choose when."),
        ({"when": ""}, "when", "Choose when."),
        ({"when": "yesterday"}, "when", "Choose one of these times."),
        ({"when": "at"}, "at", "Choose a day and a time."),
        ({"when": "at", "at": "2001-01-01T00:00"}, "at", "This time has passed already."),
        ({"when": "at", "at": "2056-01-01T00:00"}, "at", "Choose a time within a year from now."),
        ({"when": "at", "at": "soon"}, "at", "Write a day and a time like this"),
        ({"at": "9999-99-99T99:99"}, "at", "Choose a time within a year from now."),
    ],
)
def test_a_bad_time_is_refused_beside_its_field_and_kept(
    client_of, page, bruno, message, data, field, sentence
):
    response = client_of(bruno).post(address(message), data)
    shown = page(response)
    assert response.status_code == 422
    assert sentence in shown.select_one(f"#id_{field}_error").text
    assert shown.select_one("[name=at]").get("value", "") == data.get("at", "")
    assert not Saved.objects.exists()


@pytest.mark.parametrize(
    ("typed", "hour", "sentence"),
    [
        ("2027-03-28T02:30", 1, "does not exist"),
        ("2027-10-31T02:30", 0, "comes twice"),
    ],
)
def test_a_time_that_the_clocks_skip_or_repeat_is_moved_and_said(
    client_of, page, bruno, message, typed, hour, sentence, monkeypatch
):
    now = timezone.now().replace(year=2027, month=3, day=1)
    monkeypatch.setattr(timezone, "now", lambda: now)
    User.objects.filter(pk=bruno.pk).update(time_zone="Europe/Madrid")
    client = client_of(bruno)
    client.post(address(message), {"when": "at", "at": typed})
    response = client.get("/rooms/lobby/")
    assert (one().remind_at.hour, one().remind_at.minute) == (hour, 0 if hour else 30)
    assert sentence in page(response).select_one(".alert-success").text


def test_who_saves_too_many_is_told_so(client_of, page, lobby, ana, bruno, say, monkeypatch):
    monkeypatch.setattr(actions, "MAX_SAVED", 2)
    messages = [say(lobby, ana, f"{n}") for n in range(3)]
    client = client_of(bruno)
    answers = [client.post(address(each), {f"save:{each.pk}:": ""}) for each in messages]
    assert [answer.status_code for answer in answers] == [303, 303, 422]
    assert "Mark some as done" in page(answers[-1]).select_one(".alert-error").text
    again = client.post(address(messages[0]), {"when": "tomorrow"})
    assert (again.status_code, Saved.objects.count()) == (303, 2)


def test_saving_too_fast_is_refused_with_a_sentence(client_of, page, bruno, message, monkeypatch):
    monkeypatch.setitem(rate_limits.LIMITS, "save", rate_limits.Limit(1, 60))
    client = client_of(bruno)
    client.post(address(message), {f"save:{message.pk}:": ""})
    response = client.post(address(message), {"when": "tomorrow"})
    assert (response.status_code, response["Retry-After"] > "0") == (429, True)
    assert "too fast" in page(response).select_one(".alert-error").text


def test_who_is_muted_or_reads_an_archived_room_may_save(client_of, ana, bruno, lobby, message):
    mute_member(lobby.membership_of(bruno), ana, 60)
    archive_room(lobby)
    client_of(bruno).post(address(message), {f"save:{message.pk}:": ""})
    assert one().user == bruno


def test_a_deleted_message_cannot_be_saved_but_taken_from_the_list(client_of, bruno, message):
    save_message(message, bruno)
    delete_message(message)
    client = client_of(bruno)
    assert client.get(address(message)).status_code == 403
    assert client.post(address(message), {"when": "tomorrow"}).status_code == 403
    client.post(address(message), {f"unsave:{message.pk}:": ""})
    assert not Saved.objects.exists()


def test_who_lost_access_meanwhile_saves_nothing(den, ana, bruno, say):
    message = say(den, ana, "secret")
    end_membership(den.membership_of(bruno))
    with pytest.raises(PermissionDenied):
        save_message(message, bruno)
    assert not Saved.objects.exists()


def test_the_message_says_nothing_of_it(client_of, lobby, ana, bruno, message):
    """Byte for byte what it was, for everybody; no change of the room."""
    before = client_of(ana).get("/rooms/lobby/", HTTP_HX_REQUEST="true").content
    remind_of(message, bruno, timezone.now() + timedelta(hours=1))
    assert client_of(ana).get("/rooms/lobby/", HTTP_HX_REQUEST="true").content == before
    now = Message.objects.get(pk=message.pk)
    assert (now.extras, now.revision, now.edited_at) == ({}, message.revision, None)


def test_the_page_says_what_is_saved_already(client_of, page, bruno, message):
    client = client_of(bruno)
    assert page(client.get(address(message))).select("[name^='unsave:']") == []
    moment = (timezone.now() + timedelta(days=3)).replace(second=0, microsecond=0)
    remind_of(message, bruno, moment)
    shown = page(client.get(address(message)))
    assert len(shown.select(f"[name='unsave:{message.pk}:']")) == 1
    assert shown.select_one("[name=at]")["value"] == f"{timezone.localtime(moment):%Y-%m-%dT%H:%M}"
    assert shown.select_one("[value=at]").has_attr("checked")


def test_htmx_gets_the_form_alone(client_of, bruno, message, page):
    shown = page(client_of(bruno).get(address(message), headers={"HX-Request": "true"}))
    assert shown.select_one("form [name=without_time]")
    assert shown.select("body, h1") == []
