"""Messages with previews in some rooms, through `manage.py shell`."""

from io import BytesIO

from PIL import Image

from messaging.message.actions import post_message
from messaging.previews.tests.shown import URL, drawn, preview
from rooms.actions import create_room, join_room
from tests.security.test_scripts import PAYLOADS
from users.models import User

ana, bruno = (User.objects.get(username=name) for name in ("ana", "bruno"))
file = BytesIO()
Image.new("RGB", (600, 315), "teal").save(file, "WEBP")
picture = drawn(file.getvalue())


def fill(name, texts):
    """Return the messages of a new room."""
    room = create_room(ana, name)
    join_room(room, bruno)
    said = [post_message(room, bruno, text, f"{name}-{n}") for n, text in enumerate(texts)]
    room.memberships.update(last_read_position=len(said), own_unread=0)
    return said


for number, message in enumerate(fill("Trams", [f"Stop {n} of {URL}" for n in range(30)])):
    if number % 2:
        preview(message, picture if number % 4 == 1 else None)
for name in ("W3m", "Lynx"):
    preview(fill(name, [f"Stop 0 of {URL}"])[0], picture)
words = [str(number) for number, _payload in enumerate(PAYLOADS)]
for payload, message in zip(PAYLOADS, fill("Payloads", words), strict=True):
    said = payload.replace("\0", "")
    preview(message, picture, title=said[:200], description=said[:300], site=said[:60])
