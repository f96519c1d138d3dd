"""Look up what a token may see. What it may not see is 404, as if it did not exist."""

from django.shortcuts import get_object_or_404

from messaging.message.models import Message
from rooms.tokens.queries import rooms_of


def room_of(request, slug):
    """Return a room with its `member_count`."""
    return get_object_or_404(rooms_of(request.token).with_member_counts(), slug=slug)


def room_and_membership_of(request, slug):
    """Return (a room with its `member_count`, the user's Membership or None)."""
    room = room_of(request, slug)
    return room, room.membership_of(request.user)


def message_of(request, pk):
    """Return a message with its room."""
    messages = Message.objects.for_display().select_related("room")
    return get_object_or_404(messages.filter(room__in=rooms_of(request.token)), pk=pk)


def message_and_membership_of(request, pk):
    """Return (a message with its room, the user's Membership of that or None)."""
    message = message_of(request, pk)
    return message, message.room.membership_of(request.user)
