"""Messages on a page that is no room's: found by their words, or by whom they call."""

from rooms.models import Membership

from .models import opens_day


def gather(messages, user):
    """Make messages of many rooms fit to be shown below one another.

    Each is given `room_title`, what `user` sees its room under, and opens a day where that is
    another than the day of the message above.
    """
    titles = Membership.objects.titles(user, {message.room_id for message in messages})
    above = None
    for message in messages:
        message.opens_day = opens_day(message.created_at, above)
        message.room_title = titles.get(message.room_id, message.room.name)
        above = message.created_at
