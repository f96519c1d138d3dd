"""Fills a server's database: Bruno in 43 rooms, some with something new."""

from messaging.message.actions import post_message
from rooms.actions import create_room, join_room
from users.actions import set_up_workspace
from users.models import User

PASSWORD = "correct horse"

ana = set_up_workspace("Casa", "open", "ana", "ana@example.com", PASSWORD)
bruno = User.objects.create_user("bruno", "bruno@example.com", PASSWORD)
eve = User.objects.create_user("eve", "eve@example.com", PASSWORD, display_name="Éve Ølsen")

for number in range(1, 44):
    room = create_room(ana, f"Room {number:02}")
    join_room(room, bruno)
    if number in (5, 38):
        post_message(room, ana, "Something new", f"new-{number}")
create_room(ana, "Aviary")
