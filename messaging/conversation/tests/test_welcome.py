"""The welcome of newcomers in their first room."""

from datetime import timedelta

import pytest
from django.utils import timezone

from messaging.message.actions import post_message
from rooms.models import Presence
from users.models import User


@pytest.fixture
def welcome(client_of, page, lobby):
    """Return a function that returns the welcome in the Lobby as somebody sees it, or None."""
    lobby.joins_newcomers = True
    lobby.save(update_fields=["joins_newcomers"])
    return lambda user: page(client_of(user).get("/rooms/lobby/")).select_one("#welcome")


def test_a_newcomer_is_told_what_to_do(welcome, bruno, ana, lobby):
    post_message(lobby, ana, "Hello", "1")
    links = [link["href"] for link in welcome(bruno).select("li a")]
    assert links == ["#compose", "/rooms/lobby/people/", "/rooms/", "/profile/"]
    assert "Casa" in welcome(bruno).h2.get_text()


def test_a_newcomer_is_told_who_is_here(welcome, lobby, ana, bruno):
    for user in (ana, bruno):
        later = timezone.now() + timedelta(minutes=1)
        Presence.objects.create(room=lobby, user=user, connection=f"{user.pk}", expires_at=later)
    assert [name.get_text() for name in welcome(bruno).select("p bdi")] == ["ana"]


def test_the_welcome_goes_with_the_first_message_anywhere(welcome, bruno, den):
    assert welcome(bruno)
    post_message(den, bruno, "Hello", "1")
    assert welcome(bruno) is None


def test_who_has_been_here_for_long_is_not_welcomed(welcome, bruno):
    User.objects.update(date_joined=timezone.now() - timedelta(days=8))
    bruno.refresh_from_db()
    assert welcome(bruno) is None


def test_only_the_room_of_newcomers_has_a_welcome(client_of, page, den, bruno, welcome, eve):
    assert page(client_of(bruno).get("/rooms/den/")).select("#welcome") == []
    assert welcome(eve) is None


def test_the_administrators_empty_room_offers_to_invite_the_team(welcome, ana, bruno, lobby):
    assert welcome(ana).select_one(".button")["href"] == "/invitations/"
    assert welcome(bruno).select(".button") == []
    post_message(lobby, bruno, "Hello", "1")
    assert welcome(ana).select(".button") == []
