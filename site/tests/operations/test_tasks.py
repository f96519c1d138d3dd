"""A stored task runs once, is retried after a failure, and survives the death of a process."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.tasks import TaskResultStatus, task
from django.utils import timezone

from tertulia.background import worker as background_worker
from tertulia.background.mail_backend import QueuedEmailBackend
from tertulia.background.tasks import SCHEDULE, forget_links, send_mail
from tertulia.models import KeptTask, Process
from tertulia.server.processes import LEASE_LIFE, Lease
from users.models import Invitation, hash_token

heard = []


@task
def hear(word):
    heard.append(word)


@task(takes_context=True)
def stumble(context):
    raise RuntimeError(f"attempt {context.attempt}")


@pytest.fixture
def process(db):
    """A worker whose recurring tasks are not due yet."""
    heard.clear()
    lease = Lease(Process.Kind.WORKER)
    lease.renew()
    KeptTask.objects.all().delete()
    return lease.process


def end_wait():
    """Make failed tasks due for their next attempt."""
    KeptTask.objects.update(run_after=timezone.now())


def test_a_task_is_done_once_and_forgets_what_it_was_told(process):
    result = hear.enqueue("secret")
    assert background_worker.run_due(process) == 1
    assert background_worker.run_due(process) == 0
    result.refresh()
    assert (heard, result.status) == (["secret"], TaskResultStatus.SUCCESSFUL)
    assert "secret" not in str(KeptTask.objects.values().get())


def test_a_task_waits_for_its_time(process):
    hear.using(run_after=timezone.now() + timedelta(minutes=1)).enqueue("later")
    assert background_worker.run_due(process) == 0
    end_wait()
    assert background_worker.run_due(process) == 1


def test_what_matters_more_goes_first(process):
    hear.enqueue("ordinary")
    hear.using(priority=10).enqueue("urgent")
    background_worker.run_due(process)
    assert heard == ["urgent", "ordinary"]


def test_a_failing_task_is_tried_again_later_and_later_and_then_seen_to_fail(process):
    result = stumble.enqueue()
    waits = []
    for _ in range(background_worker.ATTEMPTS):
        before = timezone.now()
        assert background_worker.run_due(process) == 1
        waits.append(KeptTask.objects.get().run_after - before)
        end_wait()
    result.refresh()
    assert (result.status, result.attempts) == (TaskResultStatus.FAILED, background_worker.ATTEMPTS)
    assert waits[:-1] == sorted(waits[:-1])
    assert KeptTask.objects.get().reason == f"RuntimeError: attempt {background_worker.ATTEMPTS}"
    assert background_worker.run_due(process) == 0


def test_a_task_that_the_code_does_not_know_waits_for_a_release_that_does(process):
    KeptTask.objects.create(path="tertulia.background.tasks.of_the_future")
    background_worker.run_due(process)
    kept = KeptTask.objects.get()
    assert (kept.status, kept.attempts) == (TaskResultStatus.READY, 1)


def test_a_task_outlives_the_process_that_began_it(process):
    hear.enqueue("hello")
    background_worker._claim(process)
    assert background_worker.run_due(process) == 0  # another process is running it
    Process.objects.update(expires_at=timezone.now() - LEASE_LIFE)
    other = Lease(Process.Kind.WORKER)
    other.renew()
    background_worker.run_due(other.process)
    assert heard == ["hello"]


def test_a_process_that_comes_too_late_changes_nothing(process):
    hear.enqueue("hello")
    stalled = background_worker._claim(process)
    Process.objects.filter(pk=process.pk).delete()
    other = Lease(Process.Kind.WORKER)
    other.renew()
    background_worker.run_due(other.process)
    background_worker._note_failure(stalled, RuntimeError())
    assert KeptTask.objects.get(every=None).status == TaskResultStatus.SUCCESSFUL


def test_a_task_that_ends_every_process_is_given_up(process):
    hear.enqueue("hello")
    KeptTask.objects.update(workers=["dead"] * background_worker.ATTEMPTS)
    background_worker.run_due(process)
    assert (heard, KeptTask.objects.get().is_failed) == ([], True)


def test_what_recurs_comes_back_and_is_there_once(db):
    leases = [Lease(Process.Kind.WORKER) for _ in range(2)]
    for lease in leases:
        lease.renew()
    assert background_worker.run_due(leases[0].process) == len(SCHEDULE)
    assert KeptTask.objects.exclude(every=None).count() == len(SCHEDULE)
    assert background_worker.run_due(leases[1].process) == 0
    end_wait()
    assert background_worker.run_due(leases[1].process) == len(SCHEDULE)


def test_a_web_process_works_where_no_worker_does_and_only_one(db):
    web = [Lease(Process.Kind.WEB) for _ in range(2)]
    assert [lease.renew() for lease in web] == [True, False]
    worker = Lease(Process.Kind.WORKER)
    assert worker.renew()
    assert [lease.renew() for lease in web] == [False, False]
    worker.end()
    web[0].end()
    assert web[1].renew()


def test_mail_is_kept_until_a_server_has_taken_it(process, settings):
    settings.MAILERS = settings.MAILERS | {"server": settings.MAILERS["default"]}
    message = EmailMultiAlternatives("Hello", "Plain", "a@example.com", ["b@example.com"])
    message.attach_alternative("<p>Rich</p>", "text/html")
    QueuedEmailBackend().send_messages([message])
    assert mail.outbox == []
    background_worker.run_due(process)
    (sent,) = mail.outbox
    assert (sent.subject, sent.body, sent.to) == ("Hello", "Plain", ["b@example.com"])
    assert [tuple(part) for part in sent.alternatives] == [("<p>Rich</p>", "text/html")]


def test_mail_that_is_tried_twice_is_one_mail(process, settings):
    settings.MAILERS = settings.MAILERS | {"server": settings.MAILERS["default"]}
    QueuedEmailBackend().send_messages(
        [EmailMultiAlternatives("Hello", "x", "a@example.com", ["b@c.de"])]
    )
    fields = KeptTask.objects.get().args[0]
    for _ in range(2):
        send_mail.call(fields)
    assert len({sent.extra_headers["Message-ID"] for sent in mail.outbox}) == 1


def test_links_that_long_ended_are_forgotten(ana):
    for days in (31, 1):
        ended = timezone.now() - timedelta(days=days)
        token = hash_token(str(days))
        Invitation.objects.create(note=f"{days}", token_hash=token, expires_at=ended)
    forget_links.call()
    assert [invitation.note for invitation in Invitation.objects.all()] == ["1"]
