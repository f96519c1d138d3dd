"""Endpoints that fail, for a while or for good. Cases 50, 51 and neighbours."""

from datetime import timedelta
from email.utils import format_datetime

import pytest
from django.core import mail
from django.utils import timezone

from messaging.message.actions import delete_message, edit_message
from messaging.models import Attempt, OutgoingWebhook, WebhookChange
from messaging.reactions.actions import add_reaction
from tests.outside import Reply

from .. import delivery
from ..actions import send_again, send_test, turn_on
from ..delivery import ATTEMPTS_KEPT, wait_after
from ..sending import Outcome
from .receivers import run

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def mail_on(settings, ana):
    settings.EMAIL_URL, settings.SITE_URL = "smtp://mail.example", "https://chat.example"


def fail(receiver, reply=None):
    receiver.site.answer = Reply(500) if reply is None else reply


def recover(receiver):
    receiver.site.answer = Reply(200)
    receiver.site.asked.clear()


def test_dead_for_three_days_loses_nothing(lobby, den, ana, bruno, receiver, say, mail_on):
    """Case 50: in order, and each message once as it is now."""
    fail(receiver)
    first = say(lobby, bruno, "first")
    run()
    second, third = say(lobby, bruno, "second"), say(lobby, bruno, "third")
    say(den, bruno, "in the den")
    for _day in range(2):
        run(hours=24)
    edit_message(first, "first, edited")
    add_reaction(second, ana, "👍")
    delete_message(third)
    recover(receiver)
    run(hours=24)
    in_lobby = [data for data in receiver.data() if data["room"] == "lobby"]
    assert [(data["id"], data["body"]) for data in in_lobby] == [
        *((first.pk, "first, edited"), (second.pk, "second"), (third.pk, None)),
    ]
    revisions = [data["revision"] for data in in_lobby]
    assert revisions == sorted(revisions)
    assert sorted(receiver.events()) == ["deleted", "posted", "posted", "posted"]
    run()
    assert len(receiver.asked) == 4 and not WebhookChange.objects.exists()
    assert (receiver.row().attempts, receiver.row().failing_since) == (0, None)


def test_a_long_backlog_comes_in_order_and_once(lobby, bruno, receiver, say, monkeypatch):
    """In several runs, with changes of what was told and of what was not yet told."""
    monkeypatch.setattr(delivery, "RUN_SECONDS", 0.05)
    messages = [say(lobby, bruno, f"{number}") for number in range(60)]
    for message in messages[::2]:
        edit_message(message, f"{message.body} edited")

    def change(asked):
        if len(receiver.asked) == 20:
            edit_message(messages[2], "not told yet, and edited again")
            edit_message(messages[1], "told already, and edited since")
        return Reply(200)

    receiver.site.answer = change
    for _turn in range(10):
        run()
    assert receiver.events() == ["posted"] * 60 + ["changed"]
    ids = [data["id"] for data in receiver.data()]
    assert sorted(ids[:60]) == [message.pk for message in messages]
    assert receiver.told()[-1] == ("changed", "told already, and edited since")
    revisions = [data["revision"] for data in receiver.data()]
    assert revisions == sorted(revisions)


def test_the_same_change_has_the_same_id_at_each_attempt(lobby, bruno, receiver, say):
    fail(receiver)
    say(lobby, bruno, "hello")
    run()
    assert run() == 0  # it waits
    recover(receiver)
    fail(receiver)
    run(minutes=1)
    recover_ids = receiver.ids()
    recover(receiver)
    run(hours=1)
    assert receiver.ids() == recover_ids and len(receiver.ids()) == 1
    assert list(Attempt.objects.values_list("status", flat=True)) == [200, 500, 500]
    assert receiver.verified()


def test_new_messages_do_not_hasten_the_next_attempt(lobby, bruno, receiver, say):
    fail(receiver)
    say(lobby, bruno, "one")
    run()
    for _time in range(3):
        say(lobby, bruno, "more")
        run()
    assert len(receiver.asked) == 1


@pytest.mark.parametrize("reply", [Reply(500), Reply(404), Reply(400), Reply(429), b"nonsense\n"])
def test_whatever_is_no_success_is_tried_again(lobby, bruno, receiver, say, reply):
    fail(receiver, reply)
    say(lobby, bruno, "hello")
    run()
    row = receiver.row()
    assert (row.attempts, row.disabled_at) == (1, None) and row.next_attempt_at > timezone.now()
    recover(receiver)
    run(hours=1)
    assert receiver.told() == [("posted", "hello")]


def test_gone_turns_it_off_at_once_and_the_owner_is_told(lobby, ana, bruno, receiver, say, mail_on):
    fail(receiver, Reply(410))
    say(lobby, bruno, "hello")
    run()
    run(hours=48)
    assert (len(receiver.asked), receiver.row().reason) == (1, "gone")
    [sent] = [each for each in mail.outbox if "hooks.example" in each.body]
    assert sent.to == ["ana@example.com"]
    assert f"https://chat.example/webhooks/{receiver.hook.pk}/" in sent.body


def test_three_days_of_failures_turn_it_off_and_the_owner_is_told_once(
    lobby, bruno, receiver, say, mail_on
):
    fail(receiver)
    say(lobby, bruno, "hello")
    run()
    for _hour in range(71):
        run(hours=1)
    assert receiver.row().disabled_at is None
    for _hour in range(3):
        run(hours=1)
    row, asked = receiver.row(), len(receiver.asked)
    assert (row.reason, row.next_attempt_at) == ("failing", None)
    for _day in range(3):
        say(lobby, bruno, "more")
        run(hours=24)
    assert (len(receiver.asked), 9 <= asked <= 14) == (asked, True)
    assert len([each for each in mail.outbox if "hooks.example" in each.body]) == 1


@pytest.mark.parametrize("from_now", [True, False])
def test_turned_on_again_it_goes_on_or_begins_now(lobby, ana, bruno, receiver, say, from_now):
    fail(receiver, Reply(410))
    say(lobby, bruno, "one")
    run()
    say(lobby, bruno, "while it was off")
    recover(receiver)
    turn_on(receiver.row(), ana, from_now=from_now)
    say(lobby, bruno, "two")
    run()
    missed = [] if from_now else ["one", "while it was off"]
    assert [body for _event, body in receiver.told()] == [*missed, "two"]


def test_after_a_month_it_can_only_begin_now(lobby, ana, bruno, receiver, say):
    fail(receiver, Reply(410))
    say(lobby, bruno, "one")
    run()
    recover(receiver)
    run(days=40)
    turn_on(receiver.row(), ana, from_now=False)
    run()
    assert receiver.asked == []


def test_how_long_it_waits():
    waits = [wait_after(attempts, Outcome(500)) for attempts in range(1, 12)]
    usual = [10, 60, 300, 900, 3600, 10_800, 21_600, *[86_400] * 4]
    assert all(0.8 * least <= wait <= 1.2 * least for wait, least in zip(waits, usual, strict=True))
    assert len({wait_after(1, Outcome(500)) for _time in range(20)}) > 1
    for status in (429, 502, 504):
        assert wait_after(1, Outcome(status)) >= 60
        assert wait_after(4, Outcome(status)) >= 1440
    assert wait_after(1, Outcome(503, wait=7_200)) == 7_200
    assert wait_after(1, Outcome(503, wait=10**9)) == 86_400


@pytest.mark.parametrize("form", ["seconds", "date", "nonsense", "past"])
def test_retry_after_is_heeded(lobby, bruno, receiver, say, form):
    moment = timezone.now() + timedelta(hours=1 if form == "date" else -1)
    text = {"seconds": "3600", "nonsense": "soon"}.get(form) or format_datetime(moment, False)
    fail(receiver, Reply(503, headers={"Retry-After": text}))
    say(lobby, bruno, "hello")
    run()
    seconds = (receiver.row().next_attempt_at - timezone.now()).total_seconds()
    assert (seconds > 3_500) == (form in ("seconds", "date")) and seconds > 5


def test_the_last_attempts_are_kept(lobby, bruno, receiver, say, monkeypatch):
    monkeypatch.setattr(delivery, "ATTEMPTS_KEPT", 5)
    for number in range(8):
        say(lobby, bruno, f"{number}")
    run()
    assert Attempt.objects.count() == 5 and ATTEMPTS_KEPT == 100
    assert Attempt.objects.first().revision == lobby.__class__.objects.get(pk=lobby.pk).revision


def test_send_again_sends_the_present_state_with_the_same_id(lobby, bruno, receiver, say):
    message = say(lobby, bruno, "one")
    run()
    edit_message(message, "two")
    run()
    oldest = Attempt.objects.last()
    send_again(oldest)
    run()
    assert receiver.told()[2:] == [("posted", "two")]
    assert receiver.ids()[2] == receiver.ids()[0]
    delete_message(message)
    run()
    send_again(oldest)
    run()
    assert receiver.told()[4:] == [("deleted", None)]
    assert len(receiver.verified()) == 5


def test_what_is_sent_again_arrives_also_while_it_is_off_and_never_of_a_lost_room(
    lobby, ana, bruno, receiver, say
):
    from rooms.actions import end_membership

    say(lobby, bruno, "one")
    run()
    OutgoingWebhook.objects.update(disabled_at=timezone.now())
    send_again(Attempt.objects.last())
    run()
    assert len(receiver.asked) == 2
    end_membership(lobby.membership_of(receiver.hook.bot), by=ana)
    send_again(Attempt.objects.last())
    run()
    assert len(receiver.asked) == 2


def test_a_test_arrives_and_ends_the_waiting(lobby, bruno, receiver, say):
    fail(receiver)
    say(lobby, bruno, "hello")
    run()
    recover(receiver)
    send_test(receiver.hook)
    run()
    assert [told["type"] for told in receiver.verified()] == ["test", "message.posted"]
    assert receiver.verified()[0]["data"]["bot"] == "robot"
    assert Attempt.objects.filter(event="test", room=None, status=200).count() == 1
