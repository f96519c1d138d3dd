"""A picture from the composer to its removal, in each of the three stores."""

# ruff: noqa: F811 (fixtures)

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from files.models import Blob
from files.stores import Missing
from files.tasks import forget_orphans
from files.tests.conftest import bucket, s3, store, use  # noqa: F401 (fixtures)
from files.tests.makers import jpeg
from messaging.attachments.models import Attachment
from messaging.message.models import Message
from rooms.models import Room


@pytest.fixture
def sent(store, client_of, bruno, lobby):
    """The File of a picture that Bruno has sent with the composer's form."""
    files = [SimpleUploadedFile("terrace.jpg", jpeg(size=(1_600, 1_200)))]
    fields = {"body": "Look", "nonce": "n", "files": files, "alt": "Two chairs"}
    assert client_of(bruno).post(f"/rooms/{lobby.slug}/messages/", fields).status_code == 303
    [file] = Message.objects.get().files
    return file


@pytest.fixture
def ask(client_of, ana):
    """Return a function that asks for a path as Ana."""
    client = client_of(ana)
    return lambda path, **headers: client.get(path, headers=headers)


def size_of(response):
    return Image.open(io.BytesIO(response.content)).size


def test_a_picture_is_shown_and_read_from_the_store(sent, ask, page, lobby, store):
    [link] = page(ask(lobby.get_absolute_url())).select(".message .files a:has(img)")
    assert Blob.objects.get().stored_in == store.name
    whole, small = ask(link["href"]), ask(link.img["src"])
    assert (whole.status_code, whole["Content-Type"]) == (200, "image/jpeg")
    assert size_of(whole) == (1_600, 1_200)
    assert (small.status_code, small["Content-Type"]) == (200, "image/webp")
    assert size_of(small) == (int(link.img["width"]), int(link.img["height"])) < (1_600, 1_200)


@pytest.mark.parametrize(
    ("asked", "part"),
    [("bytes=0-9", slice(0, 10)), ("bytes=100-", slice(100, None)), ("bytes=-7", slice(-7, None))],
)
def test_a_part_is_read_from_the_store(sent, ask, asked, part):
    whole = ask(sent.address).content
    response = ask(sent.address, Range=asked)
    assert (response.status_code, response.content) == (206, whole[part])


@pytest.mark.parametrize("how", ["message", "room"])
def test_what_is_deleted_leaves_no_byte_in_the_store(sent, ask, client_of, bruno, store, how):
    blob = Blob.objects.get()
    assert all(list(store.read(name, 0, 1)) for name in blob.names)
    if how == "message":
        client_of(bruno).post(f"/messages/{Message.objects.get().pk}/delete/")
    else:
        Room.objects.all().delete()
    assert ask(sent.address).status_code == 404
    forget_orphans.call()
    assert not Blob.objects.exists() and not Attachment.objects.exists()
    for name in blob.names:
        with pytest.raises(Missing):
            list(store.read(name, 0, 1))
