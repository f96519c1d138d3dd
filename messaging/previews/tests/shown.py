"""Messages with a preview, as they are after its page was fetched."""

from files.tests.stored import stored
from messaging.message.actions import change_message, post_message
from messaging.models import Preview
from messaging.previews.snapshots import KEY, snapshot_of

URL = "https://lisbon.example/trams/28"
WEBP = b"RIFF....WEBPVP8 a drawn picture"


def preview(message, picture=None, **fields):
    """Add a preview of this page, with the Blob `picture`, to `message`; return the Preview."""
    page = {"url": URL, "title": "Tram 28", "description": "Up and down.", "site": "Lisbon"}
    made = Preview.objects.create(message=message, picture=picture, **page | fields)
    change_message(message, extras={KEY: snapshot_of(made, made.url)})
    return made


def with_preview(room, author, body=URL, nonce="preview", **fields):
    """Post a message in `room` that has a preview; return it."""
    message = post_message(room, author, body, nonce)
    preview(message, **fields)
    return message


def drawn(content=WEBP):
    """Return the Blob of a picture."""
    blob = stored(content, "image/webp")
    blob.width, blob.height = 600, 315
    blob.save(update_fields=["width", "height"])
    return blob
