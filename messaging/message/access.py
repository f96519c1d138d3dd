"""Look up a message that a user can see."""

from django.shortcuts import get_object_or_404

from .models import Message


def message_and_membership(request, pk):
    """Return (a message that the user can see, their membership of its room), or raise Http404."""
    messages = Message.objects.visible_to(request.user).for_display().select_related("room")
    message = get_object_or_404(messages, pk=pk)
    return message, message.room.membership_of(request.user)
