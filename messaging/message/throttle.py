"""The rate limit for posting, the same for forms, iframes and sockets."""

from django.core.exceptions import ValidationError
from django.utils.translation import ngettext_lazy

from core import rate_limits, throttling
from rooms.moderation.actions import take_turn

from .models import Message, send_key

_SLOW = ngettext_lazy(
    "Slow mode is on. You can send your next message in %(number)d second.",
    "Slow mode is on. You can send your next message in %(number)d seconds.",
    "number",
)


def lets(composer, membership):
    """Count a message of a valid `composer`; add an error to it if a limit is exceeded.

    A repeated send is not counted again: it is acknowledged, not rejected.
    """
    wait = rate_limits.take_often("post", membership.user)
    sentence = throttling.too_often
    if not wait and membership.is_slowed:
        wait, sentence = take_turn(membership), too_soon
    if not wait or is_stored(membership, composer):
        return True
    throttling.refuse(composer, "body", wait, sentence)
    return False


def too_soon(wait):
    """Return the ValidationError of the slow mode."""
    return ValidationError(_SLOW, code="too_soon", params={"number": wait})


def is_stored(membership, composer):
    """Return True if the valid `composer` repeats a send that is stored already."""
    asked = composer.cleaned_data
    if not {"body", "nonce", "reply_to"} <= asked.keys():
        return False
    key = send_key(membership.room_id, asked["body"], asked["nonce"], asked["reply_to"])
    return Message.objects.filter(author=membership.user_id, nonce=key).exists()
