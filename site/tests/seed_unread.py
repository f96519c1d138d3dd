"""Adds rooms to the database of `seed.py` in which Bruno has 80, 140 and 3,000 unread messages."""

from messaging.message.actions import Draft, post_messages
from rooms.actions import create_room, join_room
from rooms.models import Membership
from users.models import User

ana, bruno = User.objects.get(username="ana"), User.objects.get(username="bruno")

for unread in (30, 80, 140, 3_000):
    room = create_room(ana, f"Unread {unread}")
    join_room(room, bruno)
    total = unread + 20
    texts = [f"Message number {n} of {total}" for n in range(1, total + 1)]
    for start in range(0, total, 500):
        drafts = [Draft(ana, text, f"{unread}-{text}") for text in texts[start : start + 500]]
        post_messages(room, drafts)
    Membership.objects.filter(room=room, user=bruno).update(last_read_position=20)
