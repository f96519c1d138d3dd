"""Publish events about direct rooms."""

from users.broadcasts import access_changed


def list_changed(room):
    """After the commit, push the list of rooms to the open pages of everybody in `room`."""
    for user_id in room.memberships.values_list("user", flat=True):
        access_changed(user_id)
