"""A preview comes to open pages as a change of a message that is there."""

import pytest

from core.threads import in_database
from messaging.message.actions import edit_message, post_message
from messaging.models import Message
from messaging.previews.actions import remove_preview, show_preview
from messaging.previews.answers import keep_answer
from messaging.previews.fetching import Found
from messaging.tests.said import say
from rooms.models import Room

pytestmark = pytest.mark.django_db(transaction=True)
URL = "https://bread.example/"


async def first_of(room):
    return await Message.objects.select_related("room", "author").aget(room=room, position=1)


async def show(message, title="Bread"):
    answer = await in_database(keep_answer)(URL, Found(title, "Flour.", "The Bakery"))
    assert await in_database(show_preview)(message, answer)


def is_shown(page, message, title="Bread"):
    return f">{title}<" in page.shown[message.pk][1]


async def test_it_appears_and_goes_on_every_page(arrive, lobby, ana, bruno):
    await say(lobby, bruno, URL)
    message = await first_of(lobby)
    reader = await arrive(ana, lobby)
    await show(message)
    await reader.until(lambda page: is_shown(page, message))
    assert len(reader.page.log) == 1 and "data-edited" not in reader.page.log[0]
    await in_database(remove_preview)(message, ana)
    await reader.until(lambda page: not is_shown(page, message))


async def test_an_edit_that_takes_the_link_away_is_one_push(arrive, lobby, ana, bruno):
    await say(lobby, bruno, URL)
    message = await first_of(lobby)
    await show(message)
    reader = await arrive(ana, lobby)
    assert is_shown(reader.page, message)
    before = len(reader.page.taken)
    await in_database(edit_message)(message, "nothing")
    await reader.until(lambda page: not is_shown(page, message))
    changes = [push for push in reader.page.taken[before:] if f"message-{message.pk}" in push]
    assert len(changes) == 1 and "nothing" in changes[0]


async def test_a_page_that_was_away_catches_up(arrive, lobby, ana, bruno):
    await say(lobby, bruno, URL)
    message = await first_of(lobby)
    seen = (await arrive(ana, lobby)).page.cursor
    await show(message)
    late = await arrive(ana, lobby, cursor=seen)
    assert is_shown(late.page, message)


async def test_a_reply_to_the_message_does_not_change(lobby, ana, bruno):
    await say(lobby, bruno, URL)
    message = await first_of(lobby)
    reply = await in_database(post_message)(lobby, ana, "nice", "r", reply_to=message.pk)
    before = (await Room.objects.aget(pk=lobby.pk)).revision
    await show(message)
    assert (await Room.objects.aget(pk=lobby.pk)).revision == before + 1
    assert (await Message.objects.aget(pk=reply.pk)).revision == reply.revision
