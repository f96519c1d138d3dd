"""Lists of messages, with a line above each day: of one room, or found in several."""

from itertools import pairwise

from django.utils import timezone

from core.queries.prepared import Prepared
from rooms.models import Membership
from users.languages import workspace_time_zone

from .models import PAGE_SIZE, Message, opens_day

_NEWEST = Prepared(
    lambda room: Message.objects.filter(room=room).for_display().order_by("-position")[:PAGE_SIZE],
    room=int,
)
_AFTER = Prepared(
    lambda room, position: (
        Message.objects.filter(room=room, position__gt=position)
        .for_display()
        .order_by("position")[:PAGE_SIZE]
    ),
    room=int,
    position=int,
)


def newest_in(room):
    """Return what is found of a page of the newest messages of `room`, newest first."""
    return _NEWEST.run(room=room.pk)


def after_in(room, position):
    """Return what is found of a page of the messages after `position`, oldest first."""
    return _AFTER.run(room=room.pk, position=position)


def by_day(messages):
    """Set `opens_day` of consecutive messages of a room for the reader's days; return them.

    It is stored for the workspace's. What was said before the first one is not known.
    """
    if timezone.get_current_timezone() is not workspace_time_zone():
        for above, message in pairwise(messages):
            message.opens_day = opens_day(message.created_at, above.created_at)
    return messages


def gather(messages, user):
    """Prepare messages of several rooms to be listed together.

    Set `room_title`, the title of the room for `user`, and set `opens_day` if the day differs
    from that of the message above.
    """
    titles = Membership.objects.titles(user, {message.room_id for message in messages})
    above = None
    for message in messages:
        message.opens_day = opens_day(message.created_at, above)
        message.room_title = titles.get(message.room_id, message.room.name)
        above = message.created_at


def first_position(room, moment):
    """Return the position of the first message since `moment`, or the next free position.

    Positions have no gaps and follow time, so a binary search reads 20 rows of a million.
    """
    low, high = 1, room.last_position + 1
    while low < high:
        middle = (low + high) // 2
        said_at = said_at_position(room, middle)
        if said_at is not None and said_at < moment:
            low = middle + 1
        else:
            high = middle
    return low


def said_at_position(room, position):
    return room.messages.filter(position=position).values_list("created_at", flat=True).first()
