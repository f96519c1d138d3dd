"""Pins arrive on open pages: the mark in the message, and the number in the header."""

import re

import pytest

from core.threads import in_database
from messaging.message.actions import delete_message
from messaging.models import Message, Pin
from messaging.pins.actions import pin_message, unpin_message
from messaging.pins.models import MAX_PINS
from messaging.tests.said import say
from rooms.direct.actions import open_direct_room
from rooms.models import Room

pytestmark = pytest.mark.django_db(transaction=True)
PINS = re.compile(r'<span id="pins"[^>]*>(.*?)</span>\s*(?:<|$)', re.DOTALL)


def pins(page):
    """Return the number of pins that the header shows, from the last push of it, or None."""
    pushes = [push for push in page.taken if 'id="pins"' in push]
    if not pushes:
        return None
    number = re.search(r'id="pins".*?/pinned/.*?<span>(\d+)</span>', pushes[-1], re.DOTALL)
    return int(number[1]) if number else 0


def is_marked(page, message):
    return "message-pinned" in page.shown[message.pk][1]


async def first_of(room):
    return await Message.objects.select_related("room", "author").aget(room=room, position=1)


async def test_a_pin_by_socket_shows_on_every_page(arrive, lobby, ana, bruno):
    await say(lobby, bruno, "one")
    message = await first_of(lobby)
    moderator, reader = await arrive(ana, lobby), await arrive(bruno, lobby)
    await moderator.send(**{f"pin:{message.pk}:": "Pin"})
    await reader.until(lambda page: pins(page) == 1 and is_marked(page, message))
    await moderator.send(**{f"unpin:{message.pk}:": "Unpin"})
    await reader.until(lambda page: pins(page) == 0 and not is_marked(page, message))


async def test_deleting_the_message_changes_the_number_at_once(arrive, lobby, ana, bruno):
    await say(lobby, bruno, "one")
    message = await first_of(lobby)
    await in_database(pin_message)(message, ana)
    reader = await arrive(bruno, lobby)
    assert pins(reader.page) == 1
    await in_database(delete_message)(message, ana)
    await reader.until(lambda page: pins(page) == 0)


async def test_a_member_is_refused_with_a_sentence(arrive, lobby, bruno):
    await say(lobby, bruno, "one")
    message = await first_of(lobby)
    socket = await arrive(bruno, lobby)
    await socket.send(**{f"pin:{message.pk}:": "Pin"})
    await socket.until(lambda page: "act-errors" in page.taken[-1])
    assert not await Pin.objects.aexists()


async def test_one_too_many_is_refused_with_a_sentence(arrive, lobby, ana, bruno):
    await say(lobby, bruno, "one")
    message = await first_of(lobby)
    await Room.objects.filter(pk=lobby.pk).aupdate(pins=MAX_PINS)
    socket = await arrive(ana, lobby)
    await socket.send(**{f"pin:{message.pk}:": "Pin"})
    await socket.until(lambda page: "Unpin one of them first." in page.taken[-1])
    assert not await Pin.objects.aexists()


async def test_in_a_direct_conversation_the_number_comes_without_a_title(arrive, ana, bruno):
    room = await in_database(open_direct_room)(ana, bruno)
    await say(room, ana, "one")
    message = await first_of(room)
    socket, reader = await arrive(bruno, room), await arrive(ana, room)
    await socket.send(**{f"pin:{message.pk}:": "Pin"})
    await reader.until(lambda page: pins(page) == 1 and is_marked(page, message))
    assert not any("room-header" in push for push in reader.page.taken)


async def test_a_page_that_was_away_catches_up(arrive, lobby, ana, bruno):
    await say(lobby, bruno, "one")
    message = await first_of(lobby)
    socket = await arrive(bruno, lobby)
    seen = socket.page.cursor
    await in_database(pin_message)(message, ana)
    late = await arrive(bruno, lobby, cursor=seen)
    assert (pins(late.page), is_marked(late.page, message)) == (1, True)
    await in_database(unpin_message)(message, ana)
    late = await arrive(bruno, lobby, cursor=late.page.cursor)
    assert (pins(late.page), is_marked(late.page, message)) == (0, False)
