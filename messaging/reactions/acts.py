"""React to a message, or take it back: the same for the page and the socket (messaging.acts)."""

import re

from django.core.exceptions import PermissionDenied, ValidationError

from core import rate_limits, throttling
from core.views import require

from ..message.submit import INSTEAD_OF_REPLIES
from .actions import add_reaction, remove_reaction
from .forms import ReactionForm

rate_limits.define("react", 60, seconds=60)


def react(membership, message, emoji):
    """React with `emoji`, as it was typed. Return None, or the form with what is wrong with it."""
    return _act(add_reaction, membership, message, emoji)


def unreact(membership, message, emoji):
    """Take back the member's own reaction with `emoji`. Return as `react` does."""
    return _act(remove_reaction, membership, message, emoji)


def _act(action, membership, message, emoji):
    require(membership is not None and membership.can_post)
    form = ReactionForm({"emoji": emoji})
    if form.is_valid() and throttling.allow(form, "react", membership.user, field="emoji"):
        try:
            action(message, membership.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error("emoji", error)
    return form if form.errors else None


def react_instead(membership, message, match):
    """React with what is a whole reply, such as "+:tada:": the way of those who only type.

    See `INSTEAD_OF_REPLIES`. What is no emoji, such as "+1", is posted.
    """
    try:
        form = react(membership, message, match[1])
    except PermissionDenied:  # lost just now: whoever posts learns why
        return False
    if form is None:
        return True
    error = form.errors.as_data()["emoji"][0]
    return False if error.code == "not_one" else error


INSTEAD_OF_REPLIES[re.compile(r"\+\s?(\S{1,60})")] = react_instead
