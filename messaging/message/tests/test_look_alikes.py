"""The author of a message is recognisable even if two names look alike."""

import pytest

from messaging.message.rendering import render_message
from messaging.models import Message
from rooms.actions import join_room, open_direct_room
from users.models import User


@pytest.fixture
def impostor(ana, bruno, lobby):
    """Bruno, in Ana's room, with a display name that looks like hers."""
    bruno.display_name = "Anа"
    bruno.save(update_fields=["display_name"])
    return bruno


def test_the_username_is_wherever_the_name_is(ana, impostor, lobby, client_of, page, say):
    message = say(lobby, impostor, "hello")
    direct = open_direct_room(ana, impostor)
    say(direct, impostor, "hello")
    parts = {
        lobby.get_absolute_url(): ".message-head",
        direct.get_absolute_url(): "h1",
        f"/rooms/{lobby.slug}/people/": "main",
        f"/messages/{message.pk}/report/": "main",
        "/": "main",
    }
    client = client_of(ana)
    for address, part in parts.items():
        assert "@bruno" in page(client.get(address, follow=True)).select_one(part).text, address
    assert "@bruno" in render_message(message)


def test_a_fragment_that_was_drawn_before_is_drawn_anew(bruno, eve, lobby, say):
    eve.display_name = "Anna"
    eve.save()
    join_room(lobby, eve)
    message = say(lobby, eve, "hello")
    assert "@eve" not in render_message(message)
    User.objects.create_user("anna", "anna@example.com")
    message = Message.objects.select_related("author").get(pk=message.pk)
    assert "@eve" in render_message(message)


def test_a_mention_calls_only_who_is_written_in_these_letters(ana, bruno, lobby, say):
    assert say(lobby, bruno, "@аna look").mentioned == ""
    assert say(lobby, bruno, "@ana look").mentioned == str(ana.pk)
