"""Acts on messages that pages send over their sockets."""

import threading

import pytest
from django import forms
from django.core.exceptions import PermissionDenied

from core.threads import CONSUMER_THREADS, in_database
from messaging import acts
from messaging.message.actions import change_message, delete_message
from messaging.models import Message
from messaging.tests.said import say
from rooms.actions import archive_room
from rooms.moderation.actions import mute_member

pytestmark = pytest.mark.django_db(transaction=True)


class WordForm(forms.Form):
    word = forms.CharField(max_length=5)


@pytest.fixture(autouse=True)
def touch(monkeypatch):
    """An act that writes a word to a message."""

    def touch(membership, message, rest):
        if not membership.can_post:
            raise PermissionDenied
        form = WordForm({"word": rest})
        if form.is_valid():
            change_message(message, extras={"touched": form.cleaned_data["word"]})
            return None
        return form

    monkeypatch.setitem(acts.ACTS, "touch", touch)


@pytest.fixture
async def said(lobby, ana):
    await say(lobby, ana, "one")
    return await Message.objects.select_related("room").aget()


def mute(room, person):
    moderator = room.memberships.exclude(user=person).first().user
    mute_member(room.membership_of(person), moderator, minutes=5)


async def touched(message):
    return (await Message.objects.aget(pk=message.pk)).extras.get("touched")


async def test_an_act_changes_the_message_for_everybody(arrive, lobby, said, ana, bruno):
    reader, socket = await arrive(ana, lobby), await arrive(bruno, lobby)
    await socket.send(**{f"touch:{said.pk}:soft": "Touch"})
    await reader.until(lambda page: page.cursor == 2)
    assert await touched(said) == "soft"


async def test_a_crowd_that_acts_does_not_delay_a_message(
    arrive, lobby, said, ana, bruno, monkeypatch
):
    goes_on = threading.Event()
    monkeypatch.setitem(
        acts.ACTS, "wait", lambda membership, message, rest: goes_on.wait(30) and None
    )
    crowd = [await arrive(ana, lobby) for _ in range(CONSUMER_THREADS + 1)]
    reader = await arrive(bruno, lobby)
    for socket in crowd:
        await socket.send(**{f"wait:{said.pk}:": "Wait"})
    try:
        await reader.post("two")
        await (await arrive(bruno, lobby)).sees("one", "two")
    finally:
        goes_on.set()


async def test_a_refused_act_says_why_until_the_next_one(arrive, lobby, said, bruno):
    socket = await arrive(bruno, lobby)
    await socket.send(**{f"touch:{said.pk}:far too long": "Touch"})
    await socket.until(lambda page: "at most 5" in page.taken[-1])
    assert 'id="act-errors"' in socket.page.taken[-1]
    await socket.send(**{f"touch:{said.pk}:soft": "Touch"})
    await socket.until(
        lambda page: 'id="act-errors"' in page.taken[-1] and "5" not in page.taken[-1]
    )


@pytest.mark.parametrize(
    ("restrict", "sentence"),
    [
        (lambda lobby, bruno: archive_room(lobby), "This room is archived"),
        (mute, "A moderator has muted you"),
        (lambda lobby, bruno: lobby.membership_of(bruno).delete(), "You are not a member"),
    ],
)
async def test_who_may_not_act_is_told_so(arrive, lobby, said, bruno, restrict, sentence):
    socket = await arrive(bruno, lobby)
    await in_database(restrict)(lobby, bruno)
    await socket.send(**{f"touch:{said.pk}:soft": "Touch"})
    await socket.until(lambda page: any(sentence in push for push in page.taken))
    assert await touched(said) is None


async def test_a_message_that_is_not_in_the_room_is_refused_like_none(
    arrive, lobby, den, said, ana, bruno
):
    await say(den, ana, "secret")
    secret = await Message.objects.aget(room=den)
    await in_database(delete_message)(said)
    socket = await arrive(bruno, lobby)
    for pk in (secret.pk, said.pk, 999_999):
        before = len(socket.page.taken)
        await socket.send(**{f"touch:{pk}:soft": "Touch"})
        await socket.until(
            lambda page, before=before: "That message is not here." in "".join(page.taken[before:])
        )
    assert await touched(secret) is None


@pytest.mark.parametrize(
    "name", ["touch", "touch:1", "touch:x:a", "touch:-1:a", "TOUCH:1:a", "no:1:a"]
)
async def test_a_frame_that_is_no_act_does_nothing(arrive, lobby, said, bruno, name):
    socket = await arrive(bruno, lobby)
    await socket.send(**{name: "Touch"})
    await socket.post("two")
    assert len([push for push in socket.page.taken if "act-errors" in push]) == 0
    assert await touched(said) is None
