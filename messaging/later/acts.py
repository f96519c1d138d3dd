"""Acts on messages over the socket: see `messaging.acts`."""

from core import throttling

from . import broadcasts
from .actions import unsave_message
from .forms import SAVE, LaterForm


def save(membership, message, rest):
    """Save the message; `rest` is the name of a time, or "". Return the form if it is refused.

    Otherwise return what the page shows: that it is saved, and a link to choose a time.
    """
    user = membership.user
    form = LaterForm({"when": rest or SAVE})
    if form.is_valid() and throttling.allow(form, "save", user, field=None):
        saved = form.save(message, user)
        if saved is not None:
            return broadcasts.render_saved(saved)
    return form


def unsave(membership, message, rest):
    """Take the message from the list of the member."""
    unsave_message(message, membership.user)
    return broadcasts.render_saved(None)
