"""Files that are sent without uploading them."""

from itertools import count

import pytest

from files.models import Blob
from messaging.attachments.models import Attachment
from messaging.message.actions import Draft, post_messages

_numbers = count(1)


@pytest.fixture
def share():
    """Return a function that sends files of these names in a message: pictures if they end so."""
    return send_files


def send_files(room, author, *names, body="", **draft):
    attachments = [attachment_of(room, author, name) for name in names]
    nonce = f"files {next(_numbers)}"
    [message] = post_messages(room, [Draft(author, body, nonce, files=attachments, **draft)])
    return message


def attachment_of(room, owner, name):
    kinds = {"jpg": "picture", "png": "picture", "mp4": "video", "mp3": "audio", "txt": "text"}
    kind = kinds.get(name.rpartition(".")[2], "other")
    blob = Blob(kind=kind, content_type="x/y", size=2_000, stored_in="folder")
    if kind == "picture":
        blob.small_size, blob.small_width, blob.small_height = 500, 40, 30
    blob.save()
    return Attachment.objects.create(blob=blob, owner=owner, room=room, name=name)
