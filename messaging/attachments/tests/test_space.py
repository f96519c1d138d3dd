"""How much one person and all may store, and what happens to what is never sent."""

from datetime import timedelta
from threading import Barrier

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from files import actions as files
from files.limits import stored_bytes
from files.models import UNUSED_KEPT, Blob
from files.tasks import forget_orphans
from files.tests.threads import at_once
from messaging.attachments import uploads
from messaging.attachments.models import Attachment
from messaging.attachments.tasks import forget_unsent
from messaging.message.models import Message
from rooms.models import Room


@pytest.fixture(autouse=True)
def small(settings):
    settings.FILES_LIMIT, settings.FILES_QUOTA, settings.FILES_SHARE = 100, 250, 150


@pytest.fixture
def send_as(client_of, lobby):
    """Return a function that sends files of these sizes, with a text, to the lobby."""

    def sent(person, *sizes, **fields):
        new = [SimpleUploadedFile(f"{size}.bin", bytes(size)) for size in sizes]
        data = {"body": "See here", "nonce": "n", "files": new, **fields}
        return client_of(person).post(f"/rooms/{lobby.slug}/messages/", data)

    return sent


@pytest.mark.parametrize(
    ("sizes", "stored", "sentence"),
    [
        ([101], 0, "101.bin is too large: a file can have 100 bytes."),
        ([100, 51], 100, "51.bin has no room: your files take all your space."),
        ([101, 0, 7], 7, "101.bin is too large"),
    ],
)
def test_what_does_not_fit_is_said_and_text_and_good_files_are_kept(
    send_as, bruno, page, sizes, stored, sentence
):
    response = send_as(bruno, *sizes)
    assert response.status_code == 422
    refused = page(response)
    assert sentence in refused.select_one("#files-errors").text.replace("\xa0", " ")
    assert refused.select_one("#body").text == "See here"
    assert len(refused.select("#kept [name=kept][checked]")) == bool(stored)
    assert stored_bytes() == stored
    assert not Message.objects.exists()


def test_a_full_workspace_is_said(send_as, ana, bruno, page):
    send_as(ana, 100)
    send_as(bruno, 100)
    refused = page(send_as(ana, 40, 11, nonce="again"))
    assert "the files of this workspace take all its space" in refused.text
    assert stored_bytes() == 240


def test_what_is_deleted_makes_room_again(send_as, bruno):
    send_as(bruno, 100)
    Attachment.objects.all().delete()
    forget_orphans.call()
    assert send_as(bruno, 100, 50, nonce="again").status_code == 303


@pytest.mark.django_db(transaction=True)
def test_uploads_of_one_person_at_the_same_time_are_not_over_their_share(lobby, bruno, monkeypatch):
    membership = lobby.memberships.get(user=bruno)
    together, keep = Barrier(3), files.keep

    def keep_together(*arguments, **named):
        together.wait(30)  # all have counted before the first is stored
        return keep(*arguments, **named)

    def upload():
        upload = SimpleUploadedFile("a.bin", bytes(80))
        try:
            return uploads._keep(upload.file, "a.bin", False, membership, "").pk
        except files.Refused as refused:
            return refused.code
        finally:
            connection.close()

    monkeypatch.setattr(files, "keep", keep_together)
    outcomes = at_once(*[upload] * 3)
    stored = [outcome for outcome in outcomes if outcome not in {"own_full", "full"}]
    assert len(stored) <= 1
    assert Attachment.objects.filter(owner=bruno).stored_bytes() <= 150
    assert Blob.objects.count() == Attachment.objects.count() == len(stored)


def test_what_is_not_sent_within_an_hour_is_removed(send_as, bruno, lobby):
    send_as(bruno, 50)
    send_as(bruno, 60, body="x" * 9_000, nonce="other")
    forget_unsent.call()
    assert Attachment.objects.count() == 2
    Blob.objects.update(created_at=timezone.now() - UNUSED_KEPT - timedelta(minutes=1))
    forget_unsent.call()
    forget_orphans.call()
    assert [attachment.name for attachment in Attachment.objects.all()] == ["50.bin"]
    assert stored_bytes() == 50


def test_what_is_gone_meanwhile_is_not_sent(send_as, bruno, page):
    refused = page(send_as(bruno, 60, body="x" * 9_000))
    [kept] = refused.select("#kept [name=kept]")
    Blob.objects.update(created_at=timezone.now() - 2 * UNUSED_KEPT)
    forget_unsent.call()
    forget_orphans.call()
    response = send_as(bruno, body="now", kept=[kept["value"]], nonce="other")
    assert response.status_code == 303
    assert Message.objects.get().files == []


def test_a_deleted_room_takes_its_files_with_it(send_as, bruno, lobby):
    send_as(bruno, 50, 60)
    Room.objects.all().delete()
    forget_orphans.call()
    assert not Blob.objects.exists()
