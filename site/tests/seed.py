"""Fills a server's database through `manage.py shell`: Ana, Bruno, Eve, and rooms with messages."""

from messaging.message.actions import Draft, post_messages
from rooms.actions import create_room, join_room
from users.actions import set_up_workspace
from users.models import User

PASSWORD = "correct horse"

ana = set_up_workspace("Casa", "open", "ana", "ana@example.com", PASSWORD)
bruno = User.objects.create_user("bruno", "bruno@example.com", PASSWORD)
eve = User.objects.create_user("eve", "eve@example.com", PASSWORD)

library = create_room(ana, "Library")
join_room(library, bruno)
talkers = (ana, bruno)
post_messages(
    library,
    [Draft(talkers[n // 3 % 2], f"Message number {n}", f"seed-{n}") for n in range(1, 131)],
)

# They have read it: it opens with its newest messages.
library.memberships.update(last_read_position=130, own_unread=0)

parlour = create_room(ana, "Parlour")
join_room(parlour, bruno)
line = "We could meet on *Thursday* at the usual place; bring the **maps**, please."
post_messages(parlour, [Draft(talkers[n % 2], line, f"parlour-{n}") for n in range(50)])
parlour.memberships.update(last_read_position=50, own_unread=0)
