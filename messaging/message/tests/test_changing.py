"""Every change of a message uses `change_message`: it is counted, saved and pushed once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from core.threads import in_database
from messaging.message import actions
from messaging.models import Message
from messaging.tests.said import say
from rooms.models import Room
from users.audit import Act
from users.models import AuditEntry


@pytest.fixture
def said(lobby, bruno):
    return actions.post_message(lobby, bruno, "Hello", "n1")


def test_a_change_is_counted_saved_and_pushed(events, said, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.change_message(said, body_html="<b>Bye</b>") is True
    [event] = events
    said.refresh_from_db()
    assert (said.body_html, said.revision, event["revision"]) == ("<b>Bye</b>", 2, 2)
    assert "<b>Bye</b>" in event["html"]["en"]


@pytest.mark.parametrize("is_deleted", [False, True])
def test_what_changes_nothing_is_not_counted(
    events, said, lobby, is_deleted, django_capture_on_commit_callbacks
):
    if is_deleted:
        actions.delete_message(said)
    before = Room.objects.get(pk=lobby.pk).revision
    with django_capture_on_commit_callbacks(execute=True):
        body = "too late" if is_deleted else "Hello"
        assert actions.change_message(said, body=body) is False
    assert (Room.objects.get(pk=lobby.pk).revision, events) == (before, [])


def test_a_message_and_a_deletion_do_not_wait_for_others_but_an_edit_can(
    events, lobby, bruno, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        message = actions.post_message(lobby, bruno, "Hello", "n1")
        actions.edit_message(message, "Hello, all")
        actions.change_message(message, extras={"pinned": True})
        actions.delete_message(message)
    assert [event["can_wait"] for event in events] == [False, True, True, False]


def test_each_feature_writes_its_own_extras(said):
    stale = Message.objects.select_related("room").get(pk=said.pk)
    assert actions.change_message(said, extras={"pinned": True, "reactions": {"👍": [7]}})
    assert actions.change_message(stale, extras={"pinned": None, "files": [3]})
    assert not actions.change_message(stale, extras={"files": [3], "preview": None})
    said.refresh_from_db()
    assert said.extras == stale.extras == {"reactions": {"👍": [7]}, "files": [3]}


def test_a_deleted_message_keeps_no_extras(said):
    actions.change_message(said, extras={"files": [3]})
    actions.delete_message(said)
    assert not actions.change_message(said, extras={"files": [4]})
    said.refresh_from_db()
    assert said.extras == {}


def change_twice(room, author):
    """Post twice, then edit twice, all with the same objects in one transaction."""
    with transaction.atomic():
        first = actions.post_message(room, author, "one", "1")
        second = actions.post_message(room, author, "two", "2")
        actions.edit_message(first, "ONE")
        actions.edit_message(second, "TWO")


def test_changes_in_one_transaction_have_a_revision_each(
    events, lobby, ana, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        change_twice(lobby, ana)
    counted = [(event["first"], event["revision"]) for event in events]
    assert counted == [(1, 1), (2, 2), (3, 3), (4, 4)]
    drawn = [event["html"]["en"] for event in events]
    assert ["ONE" in html for html in drawn] == [False, False, True, False]


@pytest.mark.django_db(transaction=True)
async def test_an_open_page_gets_every_change_of_one_transaction(arrive, lobby, ana, bruno):
    reader = await arrive(bruno, lobby)
    await in_database(change_twice)(lobby, ana)
    await say(lobby, ana, "three")
    await reader.sees("ONE", "TWO", "three")


@pytest.mark.django_db(transaction=True)
def test_of_two_moderators_at_once_one_deletes(lobby, ana, said):
    def delete(_number):
        try:
            message = Message.objects.select_related("room").get(pk=said.pk)
            actions.delete_message(message, by=ana)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(delete, range(4)))
    lobby.refresh_from_db()
    assert AuditEntry.objects.filter(act=Act.MESSAGE_DELETED).count() == 1
    assert lobby.revision == 2
