"""How often links are fetched: for a person, for all, and from one host."""

from datetime import timedelta
from threading import Event

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from core import rate_limits
from messaging.models import FetchedLink, Message, Preview
from messaging.previews import answers, tasks, turns
from tertulia.background.worker import run_due
from tertulia.models import KeptTask, Process
from tertulia.server.processes import Lease
from tests.outside import Reply
from users.tests.test_names_at_once import at_once

from .conftest import page, preview_of

PATH = "messaging.previews.tasks.fetch_preview"


def fetching():
    return KeptTask.objects.filter(path=PATH, status="READY")


def test_twenty_links_of_one_person_are_fetched_and_no_more(
    say, outside, lobby, ana, bruno, stopped_limits, caplog
):
    def fetch(author, number):
        host = f"n{author.pk}-{number}.example"
        message = say(lobby, author, f"{outside.site(host, answer=page()).url}/")
        tasks.fetch_preview.call(message.pk)
        return preview_of(message)

    assert all(fetch(ana, number) for number in range(20))
    with caplog.at_level("INFO", "messaging.previews.tasks"):
        assert fetch(ana, 20) is None
    assert caplog.records[-1].event == "previews.limited"
    assert fetch(bruno, 0)


def test_an_answer_that_is_known_counts_for_nobody(say, site, lobby, ana, monkeypatch, settings):
    settings.RATE_LIMITS = True
    monkeypatch.setitem(rate_limits.LIMITS, "preview", rate_limits.Limit(1, 600))
    for number in range(3):
        message = say(lobby, ana, f"{site.url}/#{number}")
        tasks.fetch_preview.call(message.pk)
        assert preview_of(message)


def test_all_people_together_have_a_limit(say, outside, lobby, ana, bruno, monkeypatch, settings):
    settings.RATE_LIMITS = True
    monkeypatch.setitem(rate_limits.LIMITS, "previews", rate_limits.Limit(1, 600))
    for author, is_fetched in ((ana, True), (bruno, False)):
        site = outside.site(f"{author.username}.example", answer=page())
        message = say(lobby, author, f"{site.url}/")
        tasks.fetch_preview.call(message.pk)
        assert (preview_of(message) is not None) is is_fetched


def test_a_host_is_visited_by_one_at_a_time_and_the_others_come_again(say, site, lobby, ana):
    turns.take(f"{site.url}/other")
    message = say(lobby, ana, f"{site.url}/")
    fetching().delete()
    tasks.fetch_preview.call(message.pk)
    again = fetching().get()
    assert again.args == [message.pk, 2] and again.run_after > timezone.now()
    assert not site.asked
    cache.clear()
    tasks.fetch_preview.call(*again.args)
    assert preview_of(message) and not fetching().exclude(pk=again.pk).exists()


def test_a_message_whose_host_is_always_busy_is_left_without(say, site, lobby, ana):
    turns.take(site.url)
    message = say(lobby, ana, f"{site.url}/")
    fetching().delete()
    tasks.fetch_preview.call(message.pk, tasks.MAX_ATTEMPTS)
    assert not fetching().exists()


def test_a_host_has_a_pause_after_a_visit_and_a_rest_if_it_does_not_answer(
    say, outside, lobby, ana
):
    for answer, seconds in ((page(), turns.HOST_SECONDS), (b"", turns.REST_SECONDS)):
        site = outside.site(f"s{seconds}.example", answer=answer)
        kept = []
        original = cache.set
        try:
            cache.set = lambda key, value, timeout, kept=kept: kept.append((key, timeout))
            tasks.fetch_preview.call(say(lobby, ana, f"{site.url}/").pk)
        finally:
            cache.set = original
        assert kept == [(turns._key(site.url), seconds)]
        assert not turns.take(site.url)  # it is set shorter than by `take`, not freed


def test_a_visit_waits_for_its_turn_no_longer_than_asked():
    assert turns.take("https://a.example/1") and not turns.take("https://A.example/2", 0.15)
    assert turns.take("https://b.example/") and turns.take("http://www.a.example/")


def test_without_a_cache_links_are_fetched_all_the_same(say, site, lobby, ana, monkeypatch):
    def fail(*arguments, **options):
        raise OSError("no cache")

    message = say(lobby, ana, f"{site.url}/")
    for name in ("add", "set", "get_many"):
        monkeypatch.setattr(cache, name, fail)
    tasks.fetch_preview.call(message.pk)
    assert preview_of(message)


def test_everything_else_goes_first(say, site, lobby, ana):
    say(lobby, ana, f"{site.url}/")
    KeptTask.objects.create(path="tertulia.background.tasks.forget_links")
    assert fetching().get().priority < 0
    assert KeptTask.objects.due().order_by("-priority", "run_after", "pk")[0].path != PATH


@pytest.mark.django_db(transaction=True)
def test_several_workers_at_once_make_one_request(say, site, lobby, ana, django_db_blocker):
    is_asked, may_answer = Event(), Event()

    def answer(asked):
        is_asked.set()
        assert may_answer.wait(10)
        return page()

    site.answer = answer
    for number in range(8):
        say(lobby, ana, f"{site.url}/#{number}")

    def first():
        lease = Lease(Process.Kind.WORKER)
        lease.renew()
        try:
            return run_due(lease.process)
        finally:
            connection.close()

    def others():
        assert is_asked.wait(10)
        try:
            return first()
        finally:
            may_answer.set()

    at_once(first, others)
    cache.clear()
    for _round in range(8):
        KeptTask.objects.filter(path=PATH, status="READY").update(run_after=timezone.now())
        first()
        cache.clear()
    assert all(preview_of(message) for message in Message.objects.all())
    assert len(site.asked) == 1


def test_an_answer_is_used_for_a_day_and_a_failure_for_half_an_hour(say, site, lobby, ana):
    def asked_after(period):
        FetchedLink.objects.update(fetched_at=timezone.now() - period)
        cache.clear()
        tasks.fetch_preview.call(say(lobby, ana, f"{site.url}/").pk)
        return len(site.asked)

    second = timedelta(seconds=1)
    assert asked_after(second) == 1
    assert asked_after(answers.ANSWERS_KEPT - 9 * second) == 1
    site.answer = Reply(404)
    assert asked_after(answers.ANSWERS_KEPT + second) == 2
    assert asked_after(answers.FAILURES_KEPT - 9 * second) == 2
    assert asked_after(answers.FAILURES_KEPT + second) == 3
    assert Preview.objects.count() == 2


def test_the_log_names_the_host_and_no_more(say, site, lobby, ana, caplog):
    with caplog.at_level("INFO", "messaging.previews"):
        tasks.fetch_preview.call(say(lobby, ana, f"{site.url}/secret?key=hidden").pk)
    [record] = [each for each in caplog.records if each.event == "previews.fetched"]
    assert record.fields == {"host": "bread.example", "reason": ""}
    assert "secret" not in caplog.text and "hidden" not in caplog.text
