"""Whether a room shows previews of links now."""

from users.languages import workspace_shows_previews
from users.models import Workspace


def may_show_previews(room):
    """Return True if `room` shows previews, as far as this process knows, mostly without a query.

    A change in another process is known within `users.languages.REMEMBERED_SECONDS`.
    """
    return room.allows_previews and workspace_shows_previews()


def shows_previews(room):
    """Return True if `room`, which was just loaded, shows previews now."""
    workspace = Workspace.current()
    return workspace is not None and workspace.link_previews and room.allows_previews
