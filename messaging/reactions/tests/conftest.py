"""A message to react to, and somebody else's hand."""

from urllib.parse import urlencode

import pytest

from messaging.message import actions
from messaging.models import Message, Reaction


@pytest.fixture
def said(lobby, ana):
    return actions.post_message(lobby, ana, "Lunch at one?", "a1")


@pytest.fixture
def press(client_of, said):
    """Return a function that presses a button of a form: the answer to the POST."""

    def act(person, name, message=None, **options):
        path = f"/messages/{(message or said).pk}/reactions/"
        body, kind = urlencode({name: "…"}), "application/x-www-form-urlencoded"
        return client_of(person).post(path, body, content_type=kind, **options)

    return act


@pytest.fixture
def kinds():
    """Return a function: what the fragment of a message shows, as the database has it."""
    return lambda message: Message.objects.get(pk=message.pk).extras.get("reactions", [])


@pytest.fixture
def stored():
    """Return a function: the reactions that are stored, [(username, emoji)]."""
    return lambda: list(Reaction.objects.order_by("pk").values_list("user__username", "emoji"))
