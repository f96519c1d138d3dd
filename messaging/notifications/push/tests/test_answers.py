"""What push services answer, and what follows for the device."""

import threading
from datetime import timedelta
from itertools import count
from types import SimpleNamespace

import pytest
from django.db import connection
from django.utils import timezone

from messaging.models import PushSubscription
from messaging.notifications.push import delivery, sending, tasks, vapid
from messaging.notifications.push.actions import send_test
from messaging.notifications.push.delivery import FAILING_KEPT, RETRY_SECONDS
from messaging.notifications.push.tests.browsers import run_tasks
from rooms.actions import end_membership, mark_read
from tertulia.models import KeptTask
from tests.outside import Reply

AGAIN = "messaging.notifications.push.tasks.send_again"


def answer_with(site, *statuses, **headers):
    """Make a push service answer with these statuses in turn, and then with the last one."""
    left = list(statuses)

    def answer(_asked):
        return Reply(left.pop(0) if len(left) > 1 else left[0], b"no", headers)

    site.answer = answer


def waiting():
    """In how many seconds pushes are sent again."""
    tasks = KeptTask.objects.filter(path=AGAIN, status="READY").order_by("run_after")
    return [round((task.run_after - timezone.now()).total_seconds()) for task in tasks]


@pytest.fixture
def ring(lobby, ana, say):
    """Return a function that calls Bruno and runs the tasks; the Nth call says N."""
    numbers = iter(range(1, 100))

    def call():
        say(lobby, ana, f"@bruno {next(numbers)}")
        run_tasks()

    return call


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_a_push_that_arrives_is_noted(bell, service, ring, status):
    PushSubscription.objects.update(failed_since=timezone.now())
    answer_with(service, status)
    ring()
    device = bell.refresh()
    assert device.told_at is not None
    assert not device.is_failing


@pytest.mark.parametrize("status", [404, 410])
def test_a_device_that_is_gone_is_forgotten(bell, service, ring, status):
    answer_with(service, status)
    ring()
    assert bell.refresh() is None
    assert waiting() == []


@pytest.mark.parametrize("status", [400, 401, 403, 405, 301, 307])
def test_a_push_that_is_refused_shows_that_pushes_do_not_arrive(bell, service, ring, status):
    answer_with(service, status, Location="https://other.example/")
    ring()
    assert bell.refresh().is_failing
    assert (len(bell.asked()), waiting()) == (1, [])
    answer_with(service, 201)
    ring()
    assert not bell.refresh().is_failing


def test_no_redirect_is_followed(bell, service, ring, outside):
    other = outside.site("other.example")
    answer_with(service, 307, Location="https://other.example/")
    ring()
    assert (other.asked, bell.refresh().is_failing) == ([], True)


def test_a_push_that_is_too_long_is_sent_shorter(bell, service, ring):
    answer_with(service, 413, 201)
    ring()
    assert bell.texts() == [
        ("ana in Lobby", "@bruno 1"),
        ("ana in Lobby", ""),
    ]
    assert not bell.refresh().is_failing


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [
        ("120", 120),
        ("1", 30),
        ("-5", RETRY_SECONDS[0]),
        ("soon", RETRY_SECONDS[0]),
        ("", RETRY_SECONDS[0]),
        ("1e9", RETRY_SECONDS[0]),
        ("²", RETRY_SECONDS[0]),
        ("Thu, 99 Nov 2026 10:00:00 GMT", RETRY_SECONDS[0]),
        ("9" * 9, sending.TTL_SECONDS),
        ("9" * 5000, RETRY_SECONDS[0]),
        ("Tue, 17 Nov 2020 10:00:00 GMT", 30),
    ],
)
def test_a_push_service_that_is_busy_says_when_it_is_asked_again(
    bell, service, ring, retry_after, seconds
):
    answer_with(service, 429, **{"Retry-After": retry_after})
    ring()
    [wait] = waiting()
    assert abs(wait - seconds) <= 3
    assert not bell.refresh().is_failing


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_what_fails_is_sent_twice_more_and_then_shown_as_failing(bell, service, ring, status):
    answer_with(service, status)
    ring()
    for seconds in RETRY_SECONDS:
        assert not bell.refresh().is_failing
        assert waiting()[0] in range(seconds - 3, seconds + 1)
        run_tasks(seconds=seconds)
    assert (len(bell.asked()), waiting()) == (3, [])
    assert bell.refresh().is_failing


def test_what_arrives_at_the_second_attempt_is_as_good(bell, service, ring):
    answer_with(service, 503, 201)
    ring()
    run_tasks(seconds=RETRY_SECONDS[0])
    assert bell.texts() == [("ana in Lobby", "@bruno 1")] * 2
    assert not bell.refresh().is_failing
    assert waiting() == []


def test_a_push_that_failed_is_not_sent_again_if_it_was_read_meanwhile(
    bell, service, ring, lobby, bruno
):
    answer_with(service, 503, 201)
    ring()
    mark_read(lobby.membership_of(bruno), 1)
    run_tasks(seconds=RETRY_SECONDS[0])
    assert len(bell.asked()) == 1


def test_a_push_that_failed_is_not_sent_to_who_has_left_meanwhile(
    den, ana, bruno, bell, service, say
):
    answer_with(service, 503, 201)
    say(den, ana, "@bruno")
    run_tasks()
    end_membership(den.membership_of(bruno))
    run_tasks(seconds=RETRY_SECONDS[0])
    assert len(bell.asked()) == 1


def test_a_push_that_failed_does_not_replace_a_newer_one(bell, service, ring):
    answer_with(service, 503, 201)
    ring()
    ring()
    run_tasks(seconds=RETRY_SECONDS[0])
    assert bell.texts() == [("ana in Lobby", "@bruno 1"), ("ana in Lobby", "@bruno 2")]


def test_a_device_that_fails_for_a_week_is_forgotten(bell, service, ring):
    answer_with(service, 403)
    ring()
    since = timezone.now() - FAILING_KEPT + timedelta(minutes=1)
    PushSubscription.objects.update(failed_since=since)
    ring()
    assert bell.refresh().failed_since == since
    PushSubscription.objects.update(failed_since=since - timedelta(minutes=2))
    ring()
    assert bell.refresh() is None


def test_what_a_push_service_says_is_not_kept_in_memory(bell, service, ring):
    service.answer = Reply(500, b"x" * 2**22)
    ring()
    assert waiting() != []


def test_an_answer_that_is_none_is_a_failure(bell, service, ring):
    service.answer = b"\x00 what?\r\n"
    ring()
    assert waiting() != []


@pytest.mark.parametrize(
    "addresses", [["10.0.0.7"], ["93.184.216.34", "127.0.0.1"], ["169.254.169.254"], ["::1"]]
)
def test_a_name_that_leads_inside_gets_nothing(bell, service, ring, outside, addresses):
    outside.names["push.example"] = addresses
    ring()
    assert (service.asked, outside.connected) == ([], [])
    assert bell.refresh().is_failing


@pytest.mark.django_db(transaction=True)
def test_a_push_service_that_does_not_answer_keeps_nobody_waiting(
    ana, bruno, eve, lobby, bell, browser_of, outside, say
):
    hangs, arrived = threading.Event(), threading.Event()
    slow = outside.site("slow.example", answer=lambda _asked: hangs.wait(30) and Reply(201))
    bell.site.answer = lambda _asked: arrived.set() or Reply(201)
    stuck = browser_of(eve, slow)
    say(lobby, ana, "@eve @bruno")
    task = threading.Thread(target=send_in_thread, args=(lobby.pk, [eve.pk, bruno.pk]))
    task.start()
    assert arrived.wait(30) and not hangs.is_set()
    hangs.set()
    task.join(30)
    assert len(stuck.asked()) == 1


def send_in_thread(*arguments):
    try:
        tasks.send_pushes.call(*arguments)
    finally:
        connection.close()


def test_after_some_failures_the_rest_of_a_batch_does_not_wait(bell, service):
    answer_with(service, 503)
    notices = [sending.Notice(bell.device, b"{}", "t" * 32)] * 40
    results = list(sending.send_all(notices, vapid.current()))
    assert [result.outcome for result in results] == [sending.Outcome.LATER] * 40
    assert len(bell.asked()) <= sending.PUSH_THREADS + sending.MAX_FAILURES


def test_a_batch_ends_in_time_and_its_rest_is_another_task(
    lobby, ana, bruno, eve, bell, browser_of, say, monkeypatch
):
    browsers = [bell, browser_of(eve)]
    clock = SimpleNamespace(monotonic=count(step=delivery.BATCH_SECONDS / 2).__next__)
    monkeypatch.setattr(delivery, "time", clock)
    say(lobby, ana, "@eve @bruno")
    monkeypatch.setattr(delivery, "PUSH_THREADS", 1)
    assert run_tasks() == 2
    assert [len(browser.asked()) for browser in browsers] == [1, 1]


def test_the_metrics_count_what_became_of_pushes(bell, service, ring):
    before = sending.counts.copy()
    ring()
    answer_with(service, 403)
    ring()
    after = {name: number - before[name] for name, number in sending.counts.items()}
    assert after == {
        "device_pushes_total.sent": 1,
        "device_pushes_total.gone": 0,
        "device_pushes_total.refused": 1,
        "device_pushes_total.later": 0,
    }


def test_a_test_comes_at_once_and_its_failure_shows(bell, service):
    send_test(bell.device)
    run_tasks()
    assert bell.texts() == [("Casa", "Notifications arrive on this device.")]
    answer_with(service, 500)
    send_test(bell.device)
    run_tasks()
    assert bell.refresh().is_failing
