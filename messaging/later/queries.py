"""What a person sees of the messages that they have saved."""

from rooms.models import Membership

from ..message.models import Message


def add_messages(rows, user):
    """Set `shown` of each Saved: the message as `user` sees it, or None if they cannot (any more).

    A shown message has `room_title`. Runs two queries.
    """
    wanted = Message.objects.visible_to(user).for_display().select_related("room")
    found = wanted.in_bulk([saved.message_id for saved in rows])
    titles = Membership.objects.titles(user, {message.room_id for message in found.values()})
    for message in found.values():
        message.opens_day = False  # the list says the day of each message
        message.room_title = titles.get(message.room_id, message.room.name)
    for saved in rows:
        saved.shown = found.get(saved.message_id)
    return rows
