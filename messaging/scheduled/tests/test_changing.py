"""The list of what somebody scheduled: edit, send now, cancel, also while it is being sent."""

from datetime import timedelta

import pytest
from django.utils import timezone

from messaging.message.models import Message
from messaging.scheduled import tasks
from messaging.scheduled.actions import (
    cancel_scheduled,
    change_scheduled,
    post_scheduled,
    schedule_message,
)
from messaging.scheduled.models import Scheduled
from rooms.actions import archive_room, end_membership, restore_room
from rooms.models import Room
from rooms.moderation.actions import mute_member
from users.models import User

from .test_scheduling import in_hours


@pytest.fixture
def scheduled(bruno, lobby):
    due = timezone.now() + timedelta(hours=3)
    return schedule_message(lobby.membership_of(bruno), "Good morning", due, "n")


@pytest.fixture
def client(client_of, bruno):
    return client_of(bruno)


def edit(scheduled):
    return f"/scheduled/{scheduled.pk}/edit/"


def test_the_list_shows_what_where_and_when(scheduled, client, page):
    [shown] = page(client.get("/scheduled/")).select(".scheduled")
    assert shown.select_one(".scheduled-place").text.split() == ["In", "Lobby"]
    assert shown.select_one(".scheduled-text").text.strip() == "Good morning"
    moment = shown.select_one("time")["datetime"]
    assert moment == f"{scheduled.send_at:%Y-%m-%dT%H:%MZ}"


def test_text_and_time_can_be_changed(scheduled, client, page):
    shown = page(client.get(edit(scheduled)))
    assert shown.select_one("[name=body]").text.strip() == "Good morning"
    assert shown.select_one("[name=at]")["value"] == f"{scheduled.send_at:%Y-%m-%dT%H:%M}"
    answer = client.post(edit(scheduled), {"body": "Good evening", "at": in_hours(9)})
    assert answer["Location"] == f"/scheduled/#scheduled-{scheduled.pk}"
    changed = Scheduled.objects.get()
    assert (changed.body, f"{changed.due_at:%Y-%m-%dT%H:%M}") == ("Good evening", in_hours(9))


@pytest.mark.parametrize("changes", [{"at": in_hours(-1)}, {"body": " "}, {"at": "x"}])
def test_a_bad_change_is_refused_and_kept(scheduled, client, page, changes):
    sent = {"body": "Good evening", "at": in_hours(9)} | changes
    answer = client.post(edit(scheduled), sent)
    assert answer.status_code == 422
    assert page(answer).select_one("[name=body]").text.strip() == sent["body"].strip()
    assert page(answer).select_one("[name=at]")["value"] == sent["at"]
    assert Scheduled.objects.get().body == "Good morning"


def test_what_was_not_sent_can_be_given_another_time(scheduled, client, ana, lobby, page):
    archive_room(lobby, ana)
    Scheduled.objects.update(due_at=timezone.now())
    tasks.post_due.call()
    restore_room(Room.objects.get(pk=lobby.pk), ana)
    assert (
        "The room was archived then."
        in page(client.get(edit(scheduled))).select_one(".alert-error").text
    )
    client.post(edit(scheduled), {"body": "Good morning", "at": in_hours(1)})
    kept = Scheduled.objects.get()
    assert (kept.failure, kept.due_at) == ("", kept.send_at)


def test_it_can_be_sent_now(scheduled, client):
    answer = client.post(f"/scheduled/{scheduled.pk}/send/")
    message = Message.objects.get()
    assert (answer["Location"], message.body) == (message.get_absolute_url(), "Good morning")
    assert Scheduled.objects.count() == 0


def test_it_stays_as_it_was_if_it_cannot_be_sent_now(scheduled, client, ana, bruno, lobby, page):
    mute_member(lobby.membership_of(bruno), ana, 60)
    answer = client.post(f"/scheduled/{scheduled.pk}/send/", follow=True)
    said = page(answer).select_one(".alert-error").text
    assert "A moderator has muted you." in said
    kept = Scheduled.objects.get()
    assert (kept.failure, kept.due_at) == ("", scheduled.due_at)


def test_it_can_be_cancelled(scheduled, client, page):
    asked = page(client.get(f"/scheduled/{scheduled.pk}/cancel/"))
    assert asked.select_one(".scheduled-text").text.strip() == "Good morning"
    assert Scheduled.objects.count() == 1
    client.post(f"/scheduled/{scheduled.pk}/cancel/")
    assert Scheduled.objects.count() == User.objects.get(username="bruno").scheduled == 0


def test_whoever_is_too_late_to_change_it_keeps_what_they_typed(scheduled, client, page):
    post_scheduled(scheduled, at_once=True)
    answer = client.post(edit(scheduled), {"body": "Good evening", "at": in_hours(9)})
    assert answer.status_code == 404
    assert page(answer).select_one("textarea").text == "Good evening"
    assert not change_scheduled(scheduled, "Good evening", timezone.now())
    assert not cancel_scheduled(scheduled)
    assert Message.objects.get().body == "Good morning"
    assert Scheduled.objects.count() == 0


def test_a_message_moved_to_a_later_time_meanwhile_is_not_sent(scheduled):
    Scheduled.objects.update(due_at=timezone.now())
    change_scheduled(scheduled, "Good evening", timezone.now() + timedelta(hours=1))
    assert post_scheduled(scheduled) is None
    assert Message.objects.count() == 0


def test_a_room_that_one_lost_is_not_named(scheduled, client, ana, bruno, lobby, page):
    Room.objects.filter(pk=lobby.pk).update(kind=Room.Kind.CLOSED, name="Secret plans")
    end_membership(lobby.membership_of(bruno), by=ana)
    shown = client.get("/scheduled/")
    assert "a room that you can no longer see" in shown.text
    assert "Secret plans" not in shown.text + client.get(edit(scheduled)).text


def test_the_list_runs_the_same_queries_however_long(
    client, bruno, lobby, den, django_assert_num_queries
):
    later = timezone.now() + timedelta(days=1)
    Scheduled.objects.bulk_create(
        Scheduled(author=bruno, room=room, body="x", nonce=f"{n}", send_at=later, due_at=later)
        for n, room in enumerate([lobby, den] * 5)
    )
    client.get("/scheduled/")
    with django_assert_num_queries(5):
        client.get("/scheduled/")
