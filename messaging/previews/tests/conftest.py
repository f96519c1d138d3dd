"""Links that are posted, and the worker that fetches them from servers of the tests' own."""

import pytest
from django.core.cache import cache
from django.utils import timezone

from messaging.models import Message
from tertulia.background.worker import run_due
from tertulia.models import KeptTask, Process
from tertulia.server.processes import Lease
from tests.outside import Reply
from users.actions import save_workspace


@pytest.fixture(autouse=True)
def no_visits(db):
    """Every host is free, and nobody has reached a limit."""
    cache.clear()


@pytest.fixture(autouse=True)
def switched_on(ana, no_visits):
    save_workspace(by=ana, link_previews=True)


@pytest.fixture
def work():
    """Return a function that runs the tasks that are queued, those for later too, to the end.

    Hosts need no pause meanwhile.
    """

    def run(is_patient=True):
        lease = Lease(Process.Kind.WORKER)
        lease.renew()
        KeptTask.objects.exclude(every=None).delete()
        count = 0
        while True:
            cache.clear()
            if is_patient:
                KeptTask.objects.update(run_after=timezone.now())
            done = run_due(lease.process)
            count += done
            if not done:
                break
        assert not KeptTask.objects.troubled().exists(), KeptTask.objects.troubled()[0].error
        return count

    return run


@pytest.fixture
def shown(say, work, lobby, ana):
    """Return a function that posts a text and returns what its message shows in the end."""

    def post(body, room=lobby, author=ana):
        message = say(room, author, body)
        work()
        return preview_of(message)

    return post


@pytest.fixture
def site(outside):
    """A site with a page."""
    return outside.site("bread.example", answer=page())


def preview_of(message):
    return Message.objects.get(pk=message.pk).extras.get("preview")


def page(title="Bread", head="", **headers):
    """Return the answer with a page of this title."""
    html = f"<!doctype html><title>{title}</title>{head}<p>Hello"
    return Reply(200, html.encode(), {"Content-Type": "text/html; charset=utf-8", **headers})
