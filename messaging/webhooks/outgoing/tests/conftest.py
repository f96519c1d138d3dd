"""A bot of Ana's in both rooms, its webhook, and the server that receives."""

import pytest

from rooms.actions import join_room
from tests.outside import Reply
from users.bots.actions import make_bot

from ..actions import add_webhook
from ..models import Event
from .receivers import Receiver

ALL = " ".join(Event.values)


@pytest.fixture
def tasks_on(settings):
    settings.TASKS = {"default": {"BACKEND": "tertulia.background.backend.DatabaseBackend"}}


@pytest.fixture
def bot(ana, lobby, den):
    bot = make_bot(ana, "robot")
    for room in (lobby, den):
        join_room(room, bot)
    return bot


@pytest.fixture
def hook(bot, ana, lobby, den, tasks_on):
    """A webhook that is told everything of both rooms."""
    return add_webhook(bot, ana, "https://hooks.example/in", [lobby, den], ALL)


@pytest.fixture
def receiver(outside, hook):
    """The server at the address of `hook`, which takes everything."""
    return Receiver(outside.site("hooks.example", answer=Reply(204)), hook)
