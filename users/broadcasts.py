"""What the people tell: that somebody's access changed."""

from django.db import transaction

from core import events
from core.events import publish


def user_group(user_id):
    """Return the name of the group of processes that have readers of this person."""
    return f"user.{user_id}"


def access_changed(user_id):
    """After the commit, have every process check at once what this person may still read."""
    event = events.access_changed(user=user_id)
    transaction.on_commit(lambda: publish(user_group(user_id), event), robust=True)
