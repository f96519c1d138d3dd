"""Earlier texts of messages: what an edit keeps, the limits, and what ends them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from messaging.message import actions
from messaging.models import Message, Version
from messaging.versions import models
from rooms.actions import delete_room


@pytest.fixture
def said(lobby, bruno):
    return actions.post_message(lobby, bruno, "one", "n1")


def kept(message):
    """The earlier texts of a message, oldest first."""
    versions = Version.objects.filter(message=message).order_by("replaced_at", "pk")
    return list(versions.values_list("body", flat=True))


def edit(message, *bodies):
    for body in bodies:
        actions.edit_message(message, body)


def test_an_edit_keeps_the_earlier_text_with_its_times(said):
    edit(said, "two")
    first = said.edited_at
    edit(said, "three")
    times = list(Version.objects.order_by("pk").values_list("body", "written_at", "replaced_at"))
    assert times == [("one", said.created_at, first), ("two", first, said.edited_at)]


def test_an_edit_that_is_not_stored_keeps_nothing(said):
    with pytest.raises(RuntimeError), transaction.atomic():
        edit(said, "two")
        raise RuntimeError
    assert kept(said) == []


def test_an_edit_that_changes_nothing_is_none(said, lobby):
    edit(said, "one")
    lobby.refresh_from_db()
    assert (kept(said), said.edited_at, lobby.revision) == ([], None, 1)
    edit(said, "two", "two")
    assert kept(said) == ["one"]


def test_the_same_text_with_another_meaning_keeps_no_version(said, lobby, ana, eve):
    message = actions.post_message(lobby, ana, "@eva", "n2")
    type(eve).objects.filter(pk=eve.pk).update(username="eva", username_key="eva")
    edit(message, "@eva")
    assert message.mentioned == str(eve.pk)
    assert message.edited_at and kept(message) == []


def test_the_stored_text_is_kept_not_the_one_that_was_read(said):
    stale = Message.objects.select_related("room", "author").get(pk=said.pk)
    edit(said, "two")
    edit(stale, "three")
    assert kept(said) == ["one", "two"]


def test_of_many_quick_edits_the_first_and_the_newest_text_stay(said, monkeypatch):
    monkeypatch.setattr("messaging.versions.actions.MAX_VERSIONS", 4)
    edit(said, *"23456789")
    assert len(kept(said)) == 4
    assert kept(said)[0] == "one" and kept(said)[-1] == "8"


def test_quick_edits_do_not_push_out_what_stood_for_long(said, monkeypatch):
    monkeypatch.setattr("messaging.versions.actions.MAX_VERSIONS", 4)
    edit(said, "an insult", "sorry")
    an_hour_ago = timezone.now() - timedelta(hours=1)
    Version.objects.filter(body="an insult").update(written_at=an_hour_ago)
    edit(said, *"23456789")
    assert "an insult" in kept(said)


def test_long_texts_are_kept_up_to_a_sum_of_characters(said):
    edit(said, *(sign * 8_000 for sign in "abcdefgh"), "end")
    versions = kept(said)
    assert sum(map(len, versions)) <= models.MAX_CHARACTERS
    assert versions[0] == "one" and versions[-1] == "h" * 8_000


def test_deleting_a_message_ends_its_versions(said, lobby, bruno):
    other = actions.post_message(lobby, bruno, "other", "n2")
    edit(other, "changed")
    edit(said, "two")
    actions.delete_message(said, by=bruno)
    assert (kept(said), kept(other)) == ([], ["other"])


def test_a_message_that_was_deleted_meanwhile_keeps_nothing(said):
    stale = Message.objects.select_related("room", "author").get(pk=said.pk)
    actions.delete_message(said)
    edit(stale, "two")
    assert kept(said) == []


def test_deleting_a_room_ends_the_versions_in_it(said, lobby):
    edit(said, "two")
    delete_room(lobby)
    assert not Version.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_edits_at_once_keep_each_text_once(said):
    def change(number):
        try:
            edit(Message.objects.select_related("room", "author").get(pk=said.pk), f"text {number}")
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(change, range(8)))
    said.refresh_from_db()
    texts = [*kept(said), said.body]
    assert sorted(texts) == sorted(["one", *(f"text {number}" for number in range(8))])
