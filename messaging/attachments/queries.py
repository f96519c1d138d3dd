"""The access to a file that is being sent."""

from users.sessions.visits import visitor_of

from .models import Attachment


def can_still_open(attachment_id, visit):
    """Return True if the user of `visit` is still logged in and may open the file."""
    user = visitor_of(visit)
    files = Attachment.objects
    return user is not None and files.visible_to(user).filter(pk=attachment_id).exists()
