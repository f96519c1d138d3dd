"""Files that are sent by the plain form, with a text or alone."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from files.models import Blob
from messaging.attachments.models import Attachment
from messaging.message.models import Message


@pytest.fixture
def send(client_of, bruno, lobby):
    """Return a function that posts the composer's fields as Bruno."""
    client = client_of(bruno)
    fields = {"body": "", "nonce": "n"}
    return lambda **more: client.post(f"/rooms/{lobby.slug}/messages/", fields | more)


def upload(name="note.txt", content=b"hello"):
    return SimpleUploadedFile(name, content)


def test_files_are_sent_with_one_text(send):
    assert send(body="two", files=[upload("a.txt"), upload("b.txt")]).status_code == 303
    message = Message.objects.get()
    assert [file.name for file in message.files] == ["a.txt", "b.txt"]
    assert [file.key for file in message.files] == [
        attachment.blob_id for attachment in message.attachments.order_by("number")
    ]
    assert not Blob.objects.filter(claimed_at=None).exists()


def test_a_file_needs_no_text(send):
    assert send(files=[upload()]).status_code == 303
    assert (Message.objects.get().body, Attachment.objects.get().number) == ("", 0)


def test_a_text_that_shows_nothing_is_no_text_beside_a_file(send):
    send(body="\u200b", files=[upload()])
    assert Message.objects.get().body == ""


def test_after_an_error_the_files_are_kept_and_sent_by_the_next_send(send, page):
    refused = page(send(body="x" * 8_001, files=[upload("a.txt")]))
    [kept] = refused.select("#kept [name=kept][checked]")
    assert send(body="short", kept=[kept["value"]]).status_code == 303
    assert [file.name for file in Message.objects.get().files] == ["a.txt"]


def test_an_empty_file_is_refused_by_its_name_and_the_good_ones_are_kept(send, page):
    refused = page(send(body="two", files=[upload("good.txt"), upload("bad.txt", b"")]))
    assert refused.select_one("#files-errors").text.strip() == "bad.txt is empty."
    assert refused.select_one("#body").text == "two"
    assert Attachment.objects.get().name == "good.txt"
    assert not Message.objects.exists()


def test_a_message_has_at_most_ten_files(send, page):
    refused = page(send(files=[upload(f"{number}.txt") for number in range(11)]))
    assert "at most 10" in refused.select_one("#files-errors").text
    assert len(refused.select("#kept [name=kept]")) == 10


def test_a_repeated_send_is_one_message_with_one_set_of_files(send):
    for _time in range(2):
        assert send(body="once", files=[upload()]).status_code == 303
    message = Message.objects.get()
    assert message.attachments.count() == 1
    assert Blob.objects.filter(claimed_at=None).count() == 1  # swept within the hour


def test_a_repeated_send_of_kept_files_is_acknowledged(send, page):
    refused = page(send(body="x" * 8_001, files=[upload()]))
    kept = refused.select_one("#kept [name=kept]")["value"]
    for _time in range(2):
        assert send(kept=[kept]).status_code == 303
    assert Message.objects.count() == 1


def test_what_somebody_else_uploaded_or_to_another_room_is_not_sent(send, lobby, den, bruno, ana):
    for number, (owner, room) in enumerate([(ana, lobby), (bruno, den)]):
        blob = Blob.objects.create(kind="other", size=1, stored_in="folder", content_type="x/y")
        Attachment.objects.create(blob=blob, owner=owner, room=room, name=f"{number}")
    kept = [str(key) for key in Blob.objects.values_list("key", flat=True)]
    assert send(kept=kept).status_code == 422
    assert send(body="text", kept=kept).status_code == 303
    assert Message.objects.get().files == []


def test_the_text_of_a_message_with_files_can_be_emptied(send, client_of, bruno):
    send(body="text", files=[upload()])
    message = Message.objects.get()
    edited = client_of(bruno).post(f"/messages/{message.pk}/edit/", {"body": ""})
    assert edited.status_code == 303
    message.refresh_from_db()
    assert (message.body, len(message.files)) == ("", 1)


def test_files_cannot_be_kept_for_later_and_say_so(send, page):
    refused = page(send(body="text", files=[upload()], keep="1"))
    assert refused.select_one("#files-errors").text.strip().startswith("Only text")
    assert len(refused.select("#kept [name=kept]")) == 1


def test_a_picture_before_the_described_one_needs_no_description(send):
    send(files=[upload("a.txt"), upload("b.txt")], alt="\r\nThe second")
    assert [file.alt for file in Message.objects.get().files] == ["", "The second"]
