"""The status page."""

from io import BytesIO

import pytest
from django.tasks import TaskResultStatus
from django.utils import timezone

from files import actions
from files.stores.address import StoreAddress
from tertulia.models import KeptTask, Process
from tertulia.server.processes import Lease


@pytest.fixture
def failed(db):
    """A task that has failed permanently."""
    return KeptTask.objects.create(
        path="tertulia.background.tasks.send_mail",
        status=TaskResultStatus.FAILED,
        workers=["a", "b"],
        error="Traceback …\nOSError: <b>no route</b>\n",
        started_at=timezone.now(),
        finished_at=timezone.now(),
    )


def test_an_administrator_sees_processes_and_versions(ana, client_of, page):
    Lease(Process.Kind.WEB).renew()
    soup = page(client_of(ana).get("/system/"))
    (process,) = Process.objects.all()
    assert [row["id"] for row in soup.select("#processes ~ .list > li")] == [
        f"process-{process.pk}"
    ]
    names = [row.select_one(".list-text").text for row in soup.select("#versions ~ .list > li")]
    assert names == ["Tertulia", "Python", "Django", "SQLite", "Size of the database"]


def test_what_failed_is_seen_and_tried_again(ana, client_of, page, failed):
    client = client_of(ana)
    soup = page(client.get("/system/"))
    assert soup.select_one(f"#task-{failed.pk} summary").text == "OSError: <b>no route</b>"
    response = client.post(soup.select_one(f"#task-{failed.pk} form")["action"])
    assert (response.status_code, response["Location"]) == (302, "/system/")
    failed.refresh_from_db()
    assert (failed.status, failed.attempts) == (TaskResultStatus.READY, 0)


def test_a_task_that_did_not_fail_is_not_begun_again(ana, client_of, failed):
    KeptTask.objects.update(status=TaskResultStatus.RUNNING)
    assert client_of(ana).post(f"/system/tasks/{failed.pk}/retry/").status_code == 404


def test_eve_sees_and_does_nothing(eve, client_of, failed):
    client = client_of(eve)
    assert client.get("/system/").status_code == 403
    assert client.post(f"/system/tasks/{failed.pk}/retry/").status_code == 403
    assert client.get(f"/system/tasks/{failed.pk}/retry/").status_code == 405


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_as_much_for_many_processes_as_for_one(
    ana, client_of, django_assert_num_queries, count
):
    for _ in range(count):
        Lease(Process.Kind.WEB).renew()
    client = client_of(ana)
    client.get("/system/")
    with django_assert_num_queries(10):  # one is for somebody without rooms: what is due
        client.get("/system/")


def test_the_store_of_files_is_shown_with_the_way_to_more(ana, client_of, page, settings):
    settings.FILES_STORE, settings.FILES_URL = StoreAddress("database"), ""
    settings.FILES_LIMIT, settings.FILES_QUOTA = 5 * 2**20, 250 * 2**20
    actions.keep(BytesIO(bytes(1024)))
    section = page(client_of(ana).get("/system/")).select_one(
        "section[aria-labelledby=stored-files]"
    )
    assert "Set FILES_URL" in section.p.text
    shown = [" ".join(badge.text.split()) for badge in section.select(".badge")]
    assert shown == ["The database", "1", "1.0 KB of 250.0 MB", "1.0 KB of 5.0 MB"]
