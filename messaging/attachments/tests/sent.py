"""Files as they are after an upload, for tests of what happens to them later."""

from files.tests.stored import stored
from messaging.attachments.models import Attachment
from messaging.message.actions import Draft, post_messages

SMALL = b"RIFF....WEBPVP8 a small picture"


def uploaded(room, owner, name="note.txt", **options):
    """Return the Attachment of a file that `owner` has uploaded to `room` and not sent."""
    return Attachment.objects.create(blob=stored(**options), owner=owner, room=room, name=name)


def sent(room, owner, name="note.txt", body="", **options):
    """Return the Attachment of a file that `owner` has sent to `room`."""
    attachment = uploaded(room, owner, name, **options)
    draft = Draft(owner, body, f"file-{attachment.pk}", files=[attachment])
    post_messages(room, [draft])
    attachment.refresh_from_db()
    return attachment


def picture(room, owner, name="photo.png", content=b"\x89PNG\r\n\x1a\n a picture", **options):
    """Return the Attachment of a picture that `owner` has sent to `room`."""
    return sent(
        room, owner, name, content=content, content_type="image/png", small=SMALL, **options
    )
