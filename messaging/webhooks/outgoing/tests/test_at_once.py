"""Slow endpoints, tasks at the same time, and processes that die."""

import threading
import time

import pytest
from django.db import connections, transaction
from django.utils import timezone

from core.http.client import Timeouts
from messaging.models import Attempt, OutgoingWebhook, WebhookChange, WebhookCursor
from messaging.webhooks.outgoing import delivery, late, pending, sending, tasks
from tertulia.models import KeptTask
from tests.outside import Reply, Stream

from ..actions import add_webhook
from .conftest import ALL
from .receivers import run

pytestmark = pytest.mark.django_db(transaction=True)


def until(condition):
    """Wait for a condition; return what it returned."""
    for _time in range(1_000):
        if found := condition():
            return found
        time.sleep(0.01)
    raise AssertionError("it did not happen")


def is_free(receiver):
    return receiver.row().leased_until is None


class Gate:
    """An answer that waits until it is opened."""

    def __init__(self):
        self.opened = threading.Event()

    def __call__(self, _asked):
        self.opened.wait(10)
        return Reply(200)


@pytest.fixture
def gate(receiver):
    gate = receiver.site.answer = Gate()
    yield gate
    gate.opened.set()
    until(lambda: sending._places._value == sending.WEBHOOK_THREADS)


@pytest.fixture
def hasty(monkeypatch):
    monkeypatch.setattr(sending, "PATIENCE_SECONDS", 0.3)


def test_a_slow_endpoint_does_not_hold_up_other_tasks(lobby, bruno, receiver, gate, hasty, say):
    say(lobby, bruno, "one")
    say(lobby, bruno, "two")
    run()
    until(lambda: receiver.asked)
    assert len(receiver.asked) == 1 and not Attempt.objects.exists()
    assert run() == 0  # nothing waits for it
    gate.opened.set()
    until(lambda: is_free(receiver))
    run()
    assert receiver.told() == [("posted", "one"), ("posted", "two")]
    assert [attempt.status for attempt in Attempt.objects.all()] == [200, 200]


def test_other_webhooks_go_on_meanwhile(
    lobby, ana, bot, bruno, outside, receiver, gate, hasty, say
):
    add_webhook(bot, ana, "https://second.example/", [lobby], ALL)
    second = outside.site("second.example")
    for word in ("one", "two"):
        say(lobby, bruno, word)
        run()
    until(lambda: receiver.asked and len(second.asked) >= 2)
    assert (len(receiver.asked), len(second.asked)) == (1, 2)


def test_a_post_meanwhile_queues_no_flood_of_tasks(lobby, bruno, receiver, gate, hasty, say):
    for number in range(5):
        say(lobby, bruno, f"{number}")
        run()
    assert KeptTask.objects.filter(status="READY", every=None).count() <= 1
    until(lambda: receiver.asked)
    assert len(receiver.asked) == 1


def test_two_tasks_at_once_send_each_change_once(lobby, bruno, receiver, say):
    for number in range(20):
        say(lobby, bruno, f"{number}")
    KeptTask.objects.all().delete()

    def deliver():
        try:
            tasks.deliver.call(receiver.hook.pk)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=deliver) for _time in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    run(minutes=2)
    assert [body for _event, body in receiver.told()] == [f"{number}" for number in range(20)]


def test_killed_after_the_post_the_same_id_comes_again(lobby, bruno, receiver, say, monkeypatch):
    """The process dies before the cursor has moved: the receiver can tell."""
    say(lobby, bruno, "hello")

    def die(*_arguments):
        raise SystemExit("killed")

    with monkeypatch.context() as patched:
        patched.setattr(delivery, "note", die)
        patched.setattr(delivery, "release", lambda *_arguments: None)
        with pytest.raises(SystemExit):
            tasks.deliver.call(receiver.hook.pk)
    run()  # a task that comes meanwhile finds the lease
    assert len(receiver.asked) == 1
    OutgoingWebhook.objects.update(leased_until=timezone.now())
    run(seconds=10)
    assert receiver.told() == [("posted", "hello")] * 2
    assert len(set(receiver.ids())) == 1 and len(receiver.verified()) == 2


def test_what_was_told_under_a_lease_that_is_over_is_not_noted(
    lobby, bruno, receiver, gate, hasty, say
):
    say(lobby, bruno, "hello")
    run()
    OutgoingWebhook.objects.update(leased_until=None)
    gate.opened.set()
    until(lambda: sending._places._value == sending.WEBHOOK_THREADS)
    assert not Attempt.objects.exists()


def test_a_webhook_that_is_removed_meanwhile_ends_quietly(lobby, bruno, receiver, gate, hasty, say):
    say(lobby, bruno, "hello")
    run()
    receiver.hook.delete()
    gate.opened.set()
    until(lambda: sending._places._value == sending.WEBHOOK_THREADS)
    assert not Attempt.objects.exists()


def test_more_slow_endpoints_than_threads(
    lobby, bruno, ana, bot, outside, receiver, gate, hasty, say, monkeypatch
):
    monkeypatch.setattr(sending, "_places", threading.BoundedSemaphore(1))
    monkeypatch.setattr(sending, "WEBHOOK_THREADS", 1)
    add_webhook(bot, ana, "https://second.example/", [lobby], ALL)
    second = outside.site("second.example", answer=gate)
    say(lobby, bruno, "hello")
    run()
    until(lambda: receiver.asked or second.asked)
    assert len(receiver.asked) + len(second.asked) == 1
    gate.opened.set()
    until(lambda: sending._places._value == 1)
    run(seconds=10)
    run(seconds=10)
    assert (len(receiver.asked), len(second.asked)) == (1, 1)


@pytest.mark.parametrize("kind", ["silent", "a byte at a time", "endless"])
def test_whatever_an_endpoint_does_it_is_over_in_time(
    lobby, bruno, receiver, say, monkeypatch, kind
):
    monkeypatch.setattr(sending, "TIMEOUTS", Timeouts(0.2, 0.4))

    def write(send):
        head = b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n"
        parts = {"silent": [], "a byte at a time": [b"H"] * 40, "endless": [head] + [b"x"] * 40}
        for part in parts[kind]:
            send(part)
            time.sleep(0.02)
        time.sleep(0.5)

    receiver.site.answer = Stream(write)
    say(lobby, bruno, "hello")
    run()
    [attempt] = Attempt.objects.all()
    assert (attempt.status, attempt.error) == (None, "timeout") and attempt.milliseconds < 1_500


def test_a_change_whose_task_was_lost_is_sent_within_a_minute(lobby, bruno, receiver, say):
    say(lobby, bruno, "hello")
    KeptTask.objects.all().delete()
    late.queue_late_webhooks()
    run()
    assert receiver.asked == []  # it may still come
    OutgoingWebhook.objects.update(queued_at=timezone.now() - late.LOST_AFTER * 2)
    late.queue_late_webhooks()
    run()
    assert receiver.told() == [("posted", "hello")]


def test_an_attempt_whose_task_was_lost_is_made_up_for(lobby, bruno, receiver, say):
    receiver.site.answer = Reply(500)
    say(lobby, bruno, "hello")
    run()
    KeptTask.objects.all().delete()
    OutgoingWebhook.objects.update(next_attempt_at=timezone.now() - late.LOST_AFTER * 2)
    receiver.site.answer = Reply(200)
    late.queue_late_webhooks()
    run()
    assert len(receiver.asked) == 2


def test_an_unsent_post_queues_nothing(lobby, bruno, receiver, say):
    """What is rolled back was never said."""
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        say(lobby, bruno, "hello")
        raise ZeroDivisionError
    assert (run(), receiver.asked) == (0, [])


def test_what_no_webhook_needs_is_forgotten(lobby, den, bruno, receiver, say):
    say(lobby, bruno, "one")
    say(den, bruno, "two")
    WebhookCursor.objects.filter(room=den).delete()
    late.forget_told()
    assert set(WebhookChange.objects.values_list("room", flat=True)) == {lobby.pk}
    den.refresh_from_db()
    assert not den.has_webhooks
    WebhookChange.objects.update(at=timezone.now() - pending.CHANGES_KEPT * 2)
    late.forget_told()
    assert not WebhookChange.objects.exists()


def test_three_dead_endpoints_hold_up_neither_posts_nor_other_tasks(
    lobby, ana, bot, bruno, outside, receiver, gate, hasty, say
):
    """The endpoints never answer, and yet the tasks behind theirs are run."""
    for name in ("second", "third"):
        add_webhook(bot, ana, f"https://{name}.example/", [lobby], ALL)
        outside.site(f"{name}.example", answer=gate)
    say(lobby, bruno, "hello")
    tasks.queue_late.using(priority=-20).enqueue()
    assert run() == 4
    assert KeptTask.objects.filter(path__endswith="queue_late", status="SUCCESSFUL").exists()
    say(lobby, bruno, "and posts are stored")
    assert OutgoingWebhook.objects.exclude(leased_until=None).count() == 3
