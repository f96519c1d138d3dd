"""Publish events about users: changes of their access."""

from django.db import transaction

from core import events
from core.events import publish


def user_group(user_id):
    """Return the channel-layer group of the processes that have readers of this user."""
    return f"user.{user_id}"


def access_changed(user_id):
    """After the commit, check and update what the open pages of this user may read.

    For every reason alike: a room joined or left, a role, a ban, a deactivation, the end of a
    session.
    """
    event = events.access_changed(user=user_id)
    transaction.on_commit(lambda: publish(user_group(user_id), event), robust=True)
