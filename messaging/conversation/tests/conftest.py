"""Fixtures of a browser that keeps pages."""

from datetime import timedelta

import pytest
from django.utils import timezone

from rooms.actions import join_room
from rooms.models import Membership, Presence
from tertulia.design import fallback_loader
from users.models import User

from .browsers import Browser

DAY = timedelta(days=1)


@pytest.fixture
def browser(client_of, bruno, lobby, den, ana, eve, say):
    """The browser of Bruno, who has read the Lobby, where Ana is now."""
    join_room(lobby, eve)
    message = say(lobby, ana, "hello")
    say(lobby, eve, "hi")
    Presence.objects.create(
        room=lobby, user=ana, connection="a", process="p", expires_at=timezone.now() + 3 * DAY
    )
    User.objects.update(date_joined=timezone.now() - 30 * DAY)
    Membership.objects.filter(room=lobby).update(
        last_read_position=message.position + 1, own_unread=0
    )
    browser = Browser(client_of(bruno))
    browser.get()
    assert browser.get()[0] == 304
    yield browser
    fallback_loader.forget()
