"""Put bots into rooms and take them out, as their owner."""

from django.db import transaction

from users.bots.actions import lock_bot
from users.models import User

from ..actions import end_membership
from ..models import Membership


@transaction.atomic
def take_out_bot(membership: Membership, by: User | None = None) -> None:
    """End the membership of a bot.

    Raise PermissionDenied if `by` is neither the bot's owner nor an administrator.
    """
    lock_bot(membership.user, by)
    end_membership(membership)
