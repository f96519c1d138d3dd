"""Mails about what is due: one for all of it, once, only of what the person can see."""

from datetime import timedelta
from functools import partial

import pytest
from django.core import mail
from django.utils import timezone

from messaging.later import reminders, tasks
from messaging.later.actions import finish_saved, remind_of
from messaging.mailing import mails
from messaging.message.actions import delete_message, edit_message
from messaging.models import Saved
from rooms.actions import end_membership, open_direct_room
from tertulia.background.tasks import SCHEDULE
from users.actions import deactivate
from users.models import User
from users.tests.test_names_at_once import at_once

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def mail_server(settings):
    settings.EMAIL_URL = "smtp://mail.example"
    settings.SITE_URL = "https://chat.example"
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}


@pytest.fixture
def clock(monkeypatch):
    """Return a function that moves the clock of the server."""
    offset, real = [timedelta()], timezone.now
    monkeypatch.setattr(timezone, "now", lambda: real() + offset[0])
    return lambda by: offset.__setitem__(0, offset[0] + by)


@pytest.fixture
def save(say, ana, bruno):
    """Return a function that has Ana say something that Bruno is to be reminded of in an hour."""

    def saved(room, body, user=bruno):
        return remind_of(say(room, ana, body), user, timezone.now() + HOUR)

    return saved


def look():
    """Run the task of every minute; return the mails."""
    mail.outbox.clear()
    tasks.queue_reminders.call()
    return list(mail.outbox)


def test_a_reminder_comes_at_its_time_and_once(lobby, save, clock):
    saved = save(lobby, "Buy milk")
    assert look() == []
    clock(HOUR)
    (sent,) = look()
    assert (sent.to, sent.subject) == (["bruno@example.com"], "Reminder: 1 saved message in Casa")
    for part in ("Buy milk", "Lobby", f"https://chat.example/messages/{saved.message_id}/"):
        assert part in sent.body
    assert "https://chat.example/later/" in sent.body
    clock(DAY)
    assert look() == []


def test_one_mail_tells_of_all_that_is_due_the_oldest_first(lobby, den, save, clock):
    save(lobby, "first")
    clock(timedelta(minutes=1))
    save(den, "second")
    clock(HOUR)
    (sent,) = look()
    assert sent.subject == "Reminder: 2 saved messages in Casa"
    assert sent.body.index("first") < sent.body.index("second")


def test_more_than_a_mail_holds_is_counted(lobby, save, clock, monkeypatch):
    monkeypatch.setattr(reminders, "MAX_MAILED", 2)
    for n in range(5):
        save(lobby, f"number {n}")
    clock(HOUR)
    (sent,) = look()
    assert (sent.subject, sent.body.count("number")) == ("Reminder: 5 saved messages in Casa", 2)
    assert "3 more are in your list." in sent.body


def test_each_person_gets_a_mail_of_their_own(lobby, ana, bruno, save, clock):
    save(lobby, "for Bruno")
    save(lobby, "for Ana", ana)
    clock(HOUR)
    assert {(sent.to[0], "for Ana" in sent.body, "for Bruno" in sent.body) for sent in look()} == {
        ("ana@example.com", True, False),
        ("bruno@example.com", False, True),
    }


def test_what_is_done_or_moved_in_time_is_not_mailed(lobby, bruno, save, clock):
    finish_saved(save(lobby, "done"))
    moved = save(lobby, "moved")
    remind_of(moved.message, bruno, timezone.now() + DAY)
    clock(2 * HOUR)
    assert look() == []
    clock(DAY)
    (sent,) = look()
    assert ("moved" in sent.body, "done" in sent.body) == (True, False)


def test_a_new_time_brings_a_new_mail(lobby, bruno, save, clock):
    saved = save(lobby, "again")
    clock(HOUR)
    assert len(look()) == 1
    remind_of(saved.message, bruno, timezone.now() + HOUR)
    assert look() == []
    clock(HOUR)
    assert len(look()) == 1


@pytest.mark.parametrize("jump", [DAY, -DAY])
def test_a_clock_that_jumps_a_day_sends_once(lobby, save, clock, jump):
    save(lobby, "once")
    sent = []
    for step in (jump, -jump, HOUR, DAY, DAY):
        clock(step)
        sent += look()
    assert len(sent) == 1


def leave(saved):
    end_membership(saved.message.room.membership_of(saved.user))


@pytest.mark.parametrize("lose", [leave, lambda saved: deactivate(saved.user)])
def test_nobody_is_mailed_what_they_cannot_see_any_more(den, save, clock, lose):
    lose(save(den, "secret"))
    clock(HOUR)
    assert look() == []


def test_a_deleted_message_is_not_mailed_and_an_edited_one_as_it_is_now(lobby, save, clock):
    delete_message(save(lobby, "the secret plan").message)
    edit_message(save(lobby, "before").message, "after")
    clock(HOUR)
    (sent,) = look()
    assert ("secret" in sent.body, "before" in sent.body, "after" in sent.body) == (
        *(False, False, True),
    )


def test_what_is_lost_after_the_reminder_was_queued_is_not_mailed(den, save, clock, monkeypatch):
    saved, queued = save(den, "secret"), []
    monkeypatch.setattr(tasks, "send_reminder", Collected(queued))
    clock(HOUR)
    look()
    leave(saved)
    [reminders.remind(user, reminders.datetime.fromisoformat(at)) for user, at in queued]
    assert (len(queued), mail.outbox) == (1, [])


class Collected:
    """A task that is only queued."""

    def __init__(self, queued):
        self.queued = queued

    def enqueue(self, *arguments):
        self.queued.append(arguments)


@pytest.mark.parametrize(
    "unreachable", [{"email_notifications": False}, {"email": ""}, {"is_active": False}]
)
def test_who_wants_no_mail_or_cannot_get_any_gets_none_later_either(
    lobby, bruno, save, clock, unreachable
):
    save(lobby, "one")
    before = {name: getattr(bruno, name) for name in unreachable}
    User.objects.filter(pk=bruno.pk).update(**unreachable)
    clock(HOUR)
    assert look() == []
    User.objects.filter(pk=bruno.pk).update(**before)
    clock(DAY)
    assert look() == []


def test_the_link_in_the_mail_stops_these_mails(client, lobby, bruno, save, clock):
    save(lobby, "one")
    clock(HOUR)
    (sent,) = look()
    link = sent.extra_headers["List-Unsubscribe"].strip("<>")
    assert link in sent.body
    client.post(link.removeprefix("https://chat.example"))
    save(lobby, "two")
    clock(2 * HOUR)
    assert look() == []


def test_without_a_mail_server_nothing_is_mailed_later(lobby, save, clock, settings):
    settings.EMAIL_URL = ""
    save(lobby, "one")
    clock(HOUR)
    assert look() == []
    settings.EMAIL_URL = "smtp://mail.example"
    clock(HOUR)
    assert look() == []


def test_a_mail_that_the_server_does_not_take_is_tried_again(lobby, save, clock, monkeypatch):
    save(lobby, "one")
    clock(HOUR)
    with monkeypatch.context() as broken:
        broken.setattr(mails, "deliver", lambda mail: 1 / 0)
        reminders.claim(Saved.objects.get().user_id, now := timezone.now())
        with pytest.raises(ZeroDivisionError):
            reminders.remind(Saved.objects.get().user_id, now)
    reminders.remind(Saved.objects.get().user_id, now)
    assert len(mail.outbox) == 1


def test_a_worker_that_died_is_replaced_after_a_while(lobby, save, clock):
    save(lobby, "one")
    clock(HOUR)
    reminders.claim(Saved.objects.get().user_id, timezone.now())
    assert look() == []
    clock(reminders.CLAIM_LASTS)
    assert len(look()) == 1


@pytest.mark.parametrize(
    ("language", "subject", "parts"),
    [
        ("en", "Reminder: 1 saved message in Casa", ["you wanted to come back to this message:"]),
        ("es", "Recordatorio: 1 mensaje guardado en Casa", ["querías volver a este mensaje:"]),
        ("pt-br", "Lembrete: 1 mensagem salva em Casa", ["você queria voltar a esta mensagem:"]),
    ],
)
def test_the_mail_is_in_the_persons_language(lobby, bruno, save, clock, language, subject, parts):
    User.objects.filter(pk=bruno.pk).update(language=language)
    save(lobby, "milk")
    clock(HOUR)
    (sent,) = look()
    assert sent.subject == subject
    assert [part for part in (*parts, "milk", "bruno") if part not in sent.body] == []


def test_a_direct_room_is_named_as_its_reader_sees_it(ana, bruno, save, clock):
    save(open_direct_room(ana, bruno), "psst")
    clock(HOUR)
    (sent,) = look()
    assert "== ana ==" in sent.body


def test_the_tasks_run_by_themselves():
    assert SCHEDULE["messaging.later.tasks.queue_reminders"] == 60
    assert SCHEDULE["messaging.later.tasks.forget_done"] == 3600


@pytest.mark.django_db(transaction=True)
def test_two_processes_that_run_the_tasks_at_once_send_one_mail(lobby, save, clock, monkeypatch):
    queued = []
    monkeypatch.setattr(tasks, "send_reminder", Collected(queued))
    for n in range(3):
        save(lobby, f"number {n}")
        clock(HOUR)
        mail.outbox.clear()
        queued.clear()
        at_once(*[tasks.queue_reminders.call] * 3)
        assert len(queued) == 1
        user_id, claimed_at = queued[0]
        moment = reminders.datetime.fromisoformat(claimed_at)
        at_once(*[partial(reminders.remind, user_id, moment)] * 3)
        assert [f"number {n}" in sent.body for sent in mail.outbox] == [True]
