"""Tell a person's own open pages that their saved messages have changed."""

from django.db import transaction
from django.template.loader import render_to_string

from core import events
from core.events import publish
from users.broadcasts import user_group


def saved_changed(user_id):
    """After the commit, have the number of due messages counted again on the user's pages."""
    event = events.saved_changed(user=user_id)
    transaction.on_commit(lambda: publish(user_group(event["user"]), event), robust=True)


def render_saved(saved):
    """Return the line above the composer that says that a message is saved; None: not any more."""
    return render_to_string("messaging/later/saved_changed.html", {"saved": saved})
