"""Lists of messages from several rooms: search results and mentions."""

from rooms.models import Membership

from .models import opens_day


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
