"""React to messages, and take reactions back. Both acts may be repeated: they change nothing then.

A reaction is a change of its message, not news: nothing becomes unread, nobody gets a notification.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import ngettext_lazy

from core.views import require
from rooms.locking import current_memberships, lock_room
from users.models import User

from ..message.actions import change_message
from ..message.models import Message
from .models import Reaction

MAX_KINDS = 20  # different emoji at one message
MAX_OF_ONE_PERSON = 10  # emoji of one person at one message

_KINDS = ngettext_lazy(
    "This message already has %(number)d emoji. Choose one of them.",
    "This message already has %(number)d different emoji. Choose one of them.",
    "number",
)
_OF_ONE_PERSON = ngettext_lazy(
    "You have already reacted to this message with %(number)d emoji.",
    "You have already reacted to this message with %(number)d emoji.",
    "number",
)


@transaction.atomic
def add_reaction(message: Message, user: User, emoji: str) -> bool:
    """React to `message` with `emoji`, a key of `core.emoji.table`, as `user`.

    Return True if this changed anything. Raise PermissionDenied if the user cannot post in the room
    (any more) or the message was deleted, and ValidationError if it or they have too many already.
    """
    _lock(message, user)
    reactions = Reaction.objects.filter(message=message)
    if reactions.filter(user=user, emoji=emoji).exists():
        return False
    if reactions.filter(user=user).count() >= MAX_OF_ONE_PERSON:
        raise _too_many(_OF_ONE_PERSON, MAX_OF_ONE_PERSON)
    kinds = set(reactions.values_list("emoji", flat=True).distinct())
    if emoji not in kinds and len(kinds) >= MAX_KINDS:
        raise _too_many(_KINDS, MAX_KINDS)
    Reaction.objects.create(message=message, user=user, emoji=emoji)
    return _show(message)


@transaction.atomic
def remove_reaction(message: Message, user: User, emoji: str) -> bool:
    """Take back the reaction of `user` to `message` with `emoji`; those of others stay.

    Return True if this changed anything. Raise PermissionDenied as `add_reaction` does.
    """
    _lock(message, user)
    removed, _by_model = Reaction.objects.filter(message=message, user=user, emoji=emoji).delete()
    return bool(removed) and _show(message)


def _lock(message: Message, user: User) -> None:
    """Lock the room of `message`. Raise PermissionDenied unless `user` may react to it."""
    lock_room(message.room)
    memberships = current_memberships(message.room, [user.pk])
    require(memberships and memberships[0].can_post)
    message.refresh_from_db(fields=["deleted_at"])
    require(not message.is_deleted)


def _show(message: Message) -> bool:
    """Store what the fragment of `message` shows of its reactions, and push it."""
    reactions = Reaction.objects.filter(message=message).summary()
    return change_message(message, extras={"reactions": reactions or None})


def _too_many(sentence: str, number: int) -> ValidationError:
    return ValidationError(sentence, code="too_many", params={"number": number})
