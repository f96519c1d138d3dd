"""Sends pictures and a document to a room "Album", through `manage.py shell`."""

from io import BytesIO

from PIL import Image

from files.models import Blob
from files.stores import store
from messaging.attachments.models import Attachment
from messaging.message.actions import Draft, post_messages
from rooms.actions import create_room, join_room
from users.models import User

ana, bruno = (User.objects.get(username=name) for name in ("ana", "bruno"))
album = create_room(ana, "Album")
join_room(album, bruno)


def picture(name, small, alt="", is_animated=False):
    """Return a stored picture of the size `small`, which is its own small one."""
    drawn = BytesIO()
    Image.new("RGB", small, "teal").save(drawn, "PNG")
    pixels = {"small_width": small[0], "small_height": small[1], "is_animated": is_animated}
    usual = {"kind": "picture", "content_type": "image/png"}
    return stored(name, drawn.getvalue(), alt, **usual, **pixels)


def stored(name, data, alt="", **fields):
    small = data if "small_width" in fields else b""
    blob = Blob.objects.create(size=len(data), small_size=len(small), stored_in="folder", **fields)
    store().write(blob.key, BytesIO(data))
    if small:
        store().write(blob.small_name, BytesIO(small))
    return Attachment.objects.create(blob=blob, owner=ana, room=album, name=name, alt=alt)


paper = stored("plan.pdf", b"%PDF" * 512, kind="other", content_type="application/octet-stream")
sent = [
    ("One", [picture("one.png", (720, 540), alt="A hill at noon")]),
    ("Tall", [picture("tall.png", (405, 540))]),
    ("Wide", [picture("wide.png", (720, 18))]),
    ("Tiny", [picture("tiny.png", (1, 1))]),
    (
        "Three",
        [picture(f"{n}.png", size) for n, size in enumerate([(720, 405), (405, 540), (8, 8)])],
    ),
    ("Ten", [picture(f"ten-{n}.png", (720 - 30 * n, 540)) for n in range(10)]),
    ("It moves", [picture("cat.gif", (480, 360), "A cat falls off a shelf", is_animated=True)]),
    ("A paper", [paper]),
    ("The end", []),
]
drafts = [Draft(ana, body, f"album-{n}", files=files) for n, (body, files) in enumerate(sent)]
post_messages(album, drafts)
album.memberships.update(last_read_position=len(sent), own_unread=0)
