"""At its time a scheduled message is posted once, with the checks of every message."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from messaging.mentions.models import Mention
from messaging.message import submit as gate
from messaging.message.actions import delete_message, post_message
from messaging.message.forms import new_nonce
from messaging.message.models import Message
from messaging.scheduled import actions, tasks
from messaging.scheduled.actions import BACK_OFF, post_scheduled, schedule_message
from messaging.scheduled.models import FAILURES, Scheduled
from rooms.actions import archive_room, delete_room, end_membership, restore_room
from rooms.models import Membership, Room
from rooms.moderation.actions import ban_person, mute_member
from users.actions import deactivate, reactivate
from users.models import User


@pytest.fixture
def scheduled(bruno, lobby):
    """A message of Bruno, due in a minute."""
    due = timezone.now() + timedelta(minutes=1)
    return schedule_message(lobby.membership_of(bruno), "Good *morning* @ana", due, "n")


def at(monkeypatch, **later):
    """Move the clock forward."""
    now = timezone.now() + timedelta(**later)
    monkeypatch.setattr(timezone, "now", lambda: now)
    return now


def run_at(monkeypatch, **later):
    now = at(monkeypatch, **later)
    tasks.post_due.call()
    return now


def test_it_is_posted_at_its_time_as_an_ordinary_message(scheduled, bruno, ana, lobby, monkeypatch):
    tasks.post_due.call()
    assert Message.objects.count() == 0
    now = run_at(monkeypatch, minutes=2)
    message = Message.objects.get()
    assert (message.author, message.body, message.created_at) == (bruno, scheduled.body, now)
    assert message.body_html.startswith("<p>Good <em>morning</em> ")
    assert Mention.objects.get().user == ana
    assert Scheduled.objects.count() == User.objects.get(pk=bruno.pk).scheduled == 0
    lobby.refresh_from_db()
    assert lobby.membership_of(ana).unread_until(lobby.last_position) == 1
    assert lobby.membership_of(bruno).unread_until(lobby.last_position) == 0


def test_a_task_that_runs_again_posts_nothing_more(scheduled, monkeypatch):
    run_at(monkeypatch, minutes=2)
    tasks.post_due.call()
    assert post_scheduled(scheduled) is None
    assert Message.objects.count() == 1


def test_a_crash_while_posting_loses_nothing_and_posts_once(scheduled, monkeypatch):
    at(monkeypatch, minutes=2)
    with monkeypatch.context() as crashing:
        crashing.setattr(Scheduled, "delete", crash)
        with pytest.raises(KeyboardInterrupt):
            tasks.post_due.call()
    assert Message.objects.count() == 0
    tasks.post_due.call()
    assert Message.objects.count() == 1


def test_what_was_sent_already_with_its_nonce_is_not_sent_again(
    scheduled, bruno, lobby, monkeypatch
):
    again = {"body": scheduled.body, "nonce": scheduled.nonce}
    sent = gate.submit(lobby.membership_of(bruno), again)
    run_at(monkeypatch, minutes=2)
    assert Message.objects.get() == sent.message
    assert Scheduled.objects.count() == 0


def test_a_clock_that_jumps_a_day_sends_everything_once_and_says_that_it_is_late(
    scheduled, bruno, lobby, client_of, page, monkeypatch
):
    due = timezone.now() + timedelta(hours=23, minutes=30)
    schedule_message(lobby.membership_of(bruno), "Second", due, "m")
    run_at(monkeypatch, days=1)
    tasks.post_due.call()
    assert [message.body for message in Message.objects.order_by("position")] == [
        scheduled.body,
        "Second",
    ]
    [late] = Scheduled.objects.all()  # the second is half an hour late
    assert (late.pk, late.body) == (scheduled.pk, "")
    assert User.objects.get(pk=bruno.pk).unsent == 1
    client = client_of(bruno)
    shown = page(client.get("/scheduled/")).select_one(f"#scheduled-{late.pk}")
    assert "and sent late:" in shown.text
    assert shown.select_one(".alert a")["href"] == late.message.get_absolute_url()
    assert "needs a look" in page(client.get("/rooms/lobby/")).select_one(".composer-unsent").text
    client.post("/scheduled/dismiss/")
    assert Scheduled.objects.count() == User.objects.get(pk=bruno.pk).scheduled == 0


def crash(*_args, **_options):
    raise KeyboardInterrupt


def refuse(*_args, **_options):
    raise PermissionDenied


def mute(ana, bruno, lobby):
    mute_member(lobby.membership_of(bruno), ana, 60)


def remove(ana, bruno, lobby):
    end_membership(lobby.membership_of(bruno), by=ana)


def ban(ana, bruno, lobby):
    ban_person(lobby, bruno, ana)


def archive(ana, bruno, lobby):
    archive_room(lobby, ana)


def end(ana, bruno, lobby):
    delete_room(lobby, ana)


def shut_out(ana, bruno, lobby):
    deactivate(bruno, ana)


@pytest.mark.parametrize(
    ("happening", "failure"),
    [
        (mute, "muted"),
        (remove, "not_member"),
        (ban, "not_member"),
        (archive, "archived"),
        (end, "room_deleted"),
        (shut_out, "deactivated"),
    ],
)
def test_who_cannot_post_then_keeps_the_text_with_a_sentence(
    scheduled, ana, bruno, lobby, client_of, page, monkeypatch, happening, failure
):
    happening(ana, bruno, lobby)
    run_at(monkeypatch, minutes=2)
    assert Message.objects.count() == 0
    kept = Scheduled.objects.get()
    assert (kept.body, kept.failure, kept.due_at) == ("Good *morning* @ana", failure, None)
    if failure == "deactivated":
        reactivate(bruno, ana)
    shown = page(client_of(bruno).get("/scheduled/")).select_one(f"#scheduled-{kept.pk}")
    assert str(FAILURES[failure]) in shown.select_one(".alert-error").text
    assert shown.select_one(".scheduled-text").text.strip() == kept.body
    assert User.objects.get(pk=bruno.pk).unsent == 1


def test_what_was_refused_is_not_tried_again_by_itself(scheduled, ana, lobby, monkeypatch):
    archive_room(lobby, ana)
    run_at(monkeypatch, minutes=2)
    restore_room(Room.objects.get(pk=lobby.pk), ana)
    run_at(monkeypatch, days=2)
    assert Message.objects.count() == 0


def test_a_refusal_under_the_rooms_lock_counts(scheduled, monkeypatch):
    monkeypatch.setattr(gate, "post_messages", refuse)
    run_at(monkeypatch, minutes=2)
    assert Scheduled.objects.get().failure == "not_stored"


def test_slow_mode_makes_it_wait_for_its_turn(scheduled, bruno, lobby, monkeypatch):
    Room.objects.filter(pk=lobby.pk).update(slow_seconds=300)
    now = at(monkeypatch, minutes=2)
    membership = Membership.objects.select_related("room", "user").get(user=bruno, room=lobby)
    assert gate.submit(membership, {"body": "Before", "nonce": "b"}).message
    tasks.post_due.call()
    waiting = Scheduled.objects.get()
    assert (waiting.failure, waiting.due_at) == ("", now + timedelta(minutes=5))
    run_at(monkeypatch, minutes=6)
    assert Message.objects.count() == 2


def test_a_rate_limit_makes_it_wait(scheduled, bruno, lobby, monkeypatch, settings):
    settings.RATE_LIMITS = True
    at(monkeypatch, minutes=2)
    monkeypatch.setattr("core.rate_limits.take_often", lambda *_: 30)
    tasks.post_due.call()
    waiting = Scheduled.objects.get()
    assert (waiting.failure, waiting.due_at - timezone.now()) == ("", timedelta(seconds=30))


def test_an_error_with_one_does_not_stop_the_others_and_is_given_up_at_last(
    scheduled, bruno, ana, lobby, monkeypatch
):
    due = timezone.now() + timedelta(minutes=1)
    schedule_message(lobby.membership_of(ana), "Of Ana", due, "n")
    whole = actions.submit

    def breaks(membership, data):
        if data["body"] == scheduled.body:
            raise RuntimeError("broken")
        return whole(membership, data)

    monkeypatch.setattr(actions, "submit", breaks)
    run_at(monkeypatch, minutes=2)
    assert [message.body for message in Message.objects.all()] == ["Of Ana"]
    for seconds in BACK_OFF:
        assert Scheduled.objects.get().failure == ""
        run_at(monkeypatch, seconds=seconds + 1)
    assert Scheduled.objects.get().failure == "not_stored"


def test_the_deactivated_and_reactivated_in_time_send_as_planned(
    scheduled, ana, bruno, monkeypatch
):
    deactivate(bruno, ana)
    reactivate(bruno, ana)
    run_at(monkeypatch, minutes=2)
    assert Message.objects.count() == 1


def test_a_reply_answers_also_what_was_deleted_meanwhile(bruno, ana, lobby, monkeypatch):
    question, gone = (post_message(lobby, ana, text, text) for text in ("Lunch?", "Secret"))
    due = timezone.now() + timedelta(minutes=1)
    for answered in (question, gone):
        member = lobby.membership_of(bruno)
        schedule_message(member, "Yes", due, f"{new_nonce()}", reply_to=answered.pk)
    at(monkeypatch, seconds=30)
    delete_message(gone)
    run_at(monkeypatch, minutes=2)
    replies = Message.objects.filter(body="Yes").order_by("position")
    assert [reply.reply_to for reply in replies] == [question, gone]
    assert [reply.extras["reply"]["excerpt"] for reply in replies] == ["Lunch?", ""]
