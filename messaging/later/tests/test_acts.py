"""Saving by the socket: the page that asked says so, and nobody else hears of it."""

import pytest
from asgiref.sync import sync_to_async

from core.threads import in_database
from messaging.later import actions
from messaging.models import Message, Saved
from messaging.tests.said import say
from rooms.actions import end_membership

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
async def said(lobby, ana):
    await say(lobby, ana, "one")
    return await Message.objects.aget()


def pushed(sentence):
    return lambda page: any(sentence in push for push in page.taken)


async def test_a_click_saves_it_and_the_page_offers_a_time(arrive, lobby, said, ana, bruno):
    socket, other = await arrive(bruno, lobby), await arrive(ana, lobby)
    await socket.send(**{f"save:{said.pk}:": "Save for later"})
    await socket.until(pushed("Saved for later."))
    assert f'href="/messages/{said.pk}/save/"' in socket.page.taken[-1]
    saved = await Saved.objects.aget()
    assert (saved.user_id, saved.message_id, saved.remind_at) == (bruno.pk, said.pk, None)
    await socket.post("two")
    await other.sees("one", "two")
    assert not any("later-said" in push for push in other.page.taken)


async def test_saving_twice_and_taking_back_twice_is_once(arrive, lobby, said, bruno):
    socket = await arrive(bruno, lobby)
    for _ in range(2):
        await socket.send(**{f"save:{said.pk}:": ""})
        await socket.send(**{f"save:{said.pk}:tomorrow": ""})
    await socket.until(pushed("Your reminder comes"))
    assert (await Saved.objects.aget()).remind_at is not None
    for _ in range(2):
        await socket.send(**{f"unsave:{said.pk}:": ""})
    await socket.until(pushed("Removed from Later."))
    assert await Saved.objects.acount() == 0


@pytest.mark.parametrize("rest", ["yesterday", "at", "x" * 500, "1\n2"])
async def test_a_time_that_is_none_is_refused(arrive, lobby, said, bruno, rest):
    socket = await arrive(bruno, lobby)
    await socket.send(**{f"save:{said.pk}:{rest}": ""})
    await socket.until(pushed('id="act-errors"'))
    assert "Choose" in socket.page.taken[-1]
    assert await Saved.objects.acount() == 0


async def test_too_many_are_refused_with_a_sentence(arrive, lobby, said, bruno, monkeypatch):
    monkeypatch.setattr(actions, "MAX_SAVED", 0)
    socket = await arrive(bruno, lobby)
    await socket.send(**{f"save:{said.pk}:": ""})
    await socket.until(pushed("Mark some as done"))


async def test_nobody_saves_what_is_not_in_the_room_or_theirs_to_see(
    arrive, lobby, den, said, ana, bruno
):
    await say(den, ana, "secret")
    secret = await Message.objects.aget(room=den)
    await in_database(end_membership)(await sync_to_async(den.membership_of)(bruno))
    socket = await arrive(bruno, lobby)
    await socket.send(**{f"save:{secret.pk}:": ""})
    await socket.until(pushed("That message is not here."))
    assert await Saved.objects.acount() == 0
