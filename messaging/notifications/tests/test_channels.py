"""Several channels: each has its own delay, its own gap and its own record of notifications."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.utils import timezone

from messaging.message.actions import edit_message
from messaging.models import NotificationClaim, NotifiedMention
from messaging.notifications import tasks
from messaging.notifications.actions import claim, notify
from messaging.notifications.channel import Channel
from messaging.notifications.channels import CHANNELS
from messaging.notifications.mail import EMAIL
from messaging.notifications.tests.test_email import fail, look, mail_server, pass_time  # noqa: F401
from rooms.actions import end_membership, mark_read, open_direct_room
from tertulia.background.worker import run_due
from tertulia.models import KeptTask, Process
from tertulia.server.processes import Lease
from users.models import User


class Pager:
    """A faster channel, which records what it sent in `said`, or fails if `is_broken`."""

    def __init__(self):
        self.said, self.is_broken = [], False
        self.channel = Channel(
            name="pager",
            delay=timedelta(minutes=1),
            news=timedelta(hours=1),
            gap=timedelta(minutes=2),
            is_on=lambda: True,
            reachable=User.objects.all,
            send=self.send,
        )

    def send(self, user, rooms, _claim):
        if self.is_broken:
            fail()
        self.said += [(user.username, m.body) for news in rooms for m in news.messages]


@pytest.fixture
def pager(monkeypatch):
    pager = Pager()
    monkeypatch.setitem(CHANNELS, "pager", pager.channel)
    return pager


def said_after(pager, **time):
    """Advance the clock; return (notifications of the pager, number of sent mails)."""
    pass_time(timedelta(**time))
    pager.said.clear()
    mails = look()
    return list(pager.said), len(mails)


def run_tasks():
    """Run the stored tasks and retry failed ones; return their number."""
    lease = Lease(Process.Kind.WORKER)
    lease.renew()
    KeptTask.objects.exclude(every=None).delete()
    KeptTask.objects.update(run_after=timezone.now())
    return run_due(lease.process)


@pytest.fixture(params=["mentions", "everything"])
def write(request, lobby, ana, bruno, say):
    """Return a function with which Ana posts what Bruno is notified about, at either level."""
    direct = open_direct_room(ana, bruno)
    if request.param == "mentions":
        return lambda word: say(lobby, ana, f"@bruno {word}")
    return lambda word: say(direct, ana, word)


def test_each_channel_says_the_same_once_after_its_own_delay(pager, write):
    said = ("bruno", write("hello").body)
    assert said_after(pager, minutes=0) == ([], 0)
    assert said_after(pager, minutes=1) == ([said], 0)
    assert said_after(pager, minutes=4) == ([], 1)
    assert said_after(pager, minutes=30) == ([], 0)


def test_the_gap_of_one_channel_does_not_hold_another_back(pager, write):
    one = ("bruno", write("one").body)
    assert said_after(pager, minutes=5) == ([one], 1)
    two = ("bruno", write("two").body)
    assert said_after(pager, minutes=5) == ([two], 0)
    assert said_after(pager, minutes=10) == ([], 1)


def test_what_is_read_after_one_channel_said_it_is_not_said_by_another(
    pager, lobby, ana, bruno, say
):
    say(lobby, ana, "@bruno hello")
    assert said_after(pager, minutes=1) == ([("bruno", "@bruno hello")], 0)
    mark_read(lobby.membership_of(bruno), 1)
    assert said_after(pager, minutes=4) == ([], 0)


def test_each_channel_asks_what_its_reader_may_see(pager, den, ana, bruno, say):
    say(den, ana, "@bruno secret")
    assert said_after(pager, minutes=1) == ([("bruno", "@bruno secret")], 0)
    end_membership(den.membership_of(bruno), by=ana)
    assert said_after(pager, minutes=4) == ([], 0)


def test_what_is_too_old_for_one_channel_is_still_said_by_another(pager, lobby, ana, say):
    say(lobby, ana, "@bruno hello")
    assert said_after(pager, hours=1) == ([], 1)


def test_a_channel_that_is_off_is_not_looked_at(pager, lobby, ana, say, settings):
    settings.EMAIL_URL = ""
    say(lobby, ana, "@bruno hello")
    assert said_after(pager, minutes=5) == ([("bruno", "@bruno hello")], 0)
    assert set(NotificationClaim.objects.values_list("channel", flat=True)) == {"pager"}


def test_a_channel_that_fails_is_retried_alone(pager, lobby, ana, say, settings):
    settings.TASKS = {"default": {"BACKEND": "tertulia.background.backend.DatabaseBackend"}}
    pager.is_broken = True
    say(lobby, ana, "@bruno hello")
    pass_time()
    look()
    run_tasks()
    assert (pager.said, len(mail.outbox)) == ([], 1)
    pager.is_broken = False
    assert run_tasks() == 1
    assert (pager.said, len(mail.outbox)) == ([("bruno", "@bruno hello")], 1)


def test_a_channel_that_is_set_up_wrongly_does_not_stop_another(pager, lobby, ana, say, settings):
    settings.SITE_URL = ""
    say(lobby, ana, "@bruno hello")
    pass_time()
    with pytest.raises(ExceptionGroup) as raised:
        tasks.queue_notifications.call()
    assert [type(error) for error in raised.value.exceptions] == [ImproperlyConfigured]
    assert pager.said == [("bruno", "@bruno hello")]


def test_a_channel_that_was_taken_away_says_nothing(pager, lobby, ana, bruno, say, monkeypatch):
    say(lobby, ana, "@bruno hello")
    pass_time()
    claimed = claim(bruno.pk, pager.channel, timezone.now())
    monkeypatch.delitem(CHANNELS, "pager")
    notify(claimed.pk, claimed.number)
    assert pager.said == []


def test_a_mention_that_goes_while_it_is_sent_is_not_said_twice(
    pager, lobby, ana, bruno, say, monkeypatch
):
    message = say(lobby, ana, "@bruno hello")
    send = pager.send

    def edit_meanwhile(*arguments):
        send(*arguments)
        edit_message(message, "hello")

    monkeypatch.setitem(CHANNELS, "pager", replace(pager.channel, send=edit_meanwhile))
    assert said_after(pager, minutes=1) == ([("bruno", "@bruno hello")], 0)
    assert not NotifiedMention.objects.exists()
    connection.check_constraints()


@pytest.mark.django_db(transaction=True)
def test_of_several_processes_that_claim_a_user_at_once_one_gets_it(bruno):
    now, barrier = timezone.now(), Barrier(4)

    def claim_it(number):
        try:
            barrier.wait(timeout=30)
            return claim(bruno.pk, EMAIL, now + number * EMAIL.gap)
        finally:
            connection.close()

    for number in range(1, 6):  # the first claim creates the row
        with ThreadPoolExecutor(4) as threads:
            claims = list(threads.map(claim_it, [number] * 4))
        assert [claimed.number for claimed in claims if claimed] == [number]
