"""Lists of messages, with a line above each day: of one room, or found in several."""

from itertools import pairwise

from django.utils import timezone

from rooms.models import Membership
from users.languages import workspace_time_zone

from .models import opens_day


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
