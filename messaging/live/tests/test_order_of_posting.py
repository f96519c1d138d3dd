"""A post is acknowledged as soon as it is stored; then it is drawn, in the order of the commits."""

import asyncio
import threading

import pytest
from channels.layers import get_channel_layer

from core import events, threads
from core.threads import broadcasts_started, in_database
from messaging.live.post_queue import Send, post_all, post_queue
from messaging.message import actions, broadcasts
from messaging.tests.said import say, stored

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def brush(monkeypatch):
    """An event without which no change is drawn after its commit."""
    brush, render = threading.Event(), broadcasts.render_changes

    def wait_and_render(messages, revision):
        if threading.current_thread().name.startswith("broadcasts"):
            brush.wait(60)
        return render(messages, revision)

    monkeypatch.setattr(broadcasts, "render_changes", wait_and_render)
    yield brush
    brush.set()


@pytest.fixture
def published(monkeypatch):
    """The first and the last revision of each change that is published, in order."""
    spans = []

    async def note(group, event):
        spans.append((event["first"], event["revision"]))

    monkeypatch.setattr(get_channel_layer(), "group_send", note)
    return spans


async def test_a_post_is_acknowledged_before_it_is_drawn(arrive, lobby, ana, bruno, brush):
    page, witness = await arrive(ana, lobby), await arrive(bruno, lobby)
    await page.post("quick")
    assert (page.page.acknowledged, await stored()) == (["quick"], ["quick"])
    brush.set()
    await witness.sees("quick")


async def test_who_types_again_before_their_message_is_drawn_is_shown_as_typing(
    arrive, lobby, ana, bruno, brush
):
    page, witness = await arrive(ana, lobby), await arrive(bruno, lobby)
    await page.post("the first half")
    await page.send(typing="1")
    mark = f'<span class="typist" data-author="{ana.pk}">'
    await witness.until(lambda page: mark in page.taken[-1])
    brush.set()
    await witness.sees("the first half")
    await asyncio.sleep(1.2)  # two ticks, in which the hint would go
    await say(lobby, bruno, "the end")
    await witness.sees("the first half", "the end")
    hints = [push for push in witness.page.taken if 'id="typing"' in push]
    assert mark in hints[-1]


class Poster:
    """A reader that notes its answers."""

    language = "en"

    def __init__(self, user, room, notes):
        self.user_id, self.room_id, self.notes = user.pk, room.pk, notes

    def push(self, answer):
        self.notes.append("answered")


async def test_a_batch_is_answered_before_its_drawing_begins(awake, lobby, ana, monkeypatch):
    notes = []
    monkeypatch.setattr(broadcasts, "render_changes", lambda *_change: notes.append("drawn") or {})
    monkeypatch.setattr(broadcasts.events, "room_changed", lambda **_change: {})
    for number in range(3):
        post_queue.send(Poster(ana, lobby, notes), {"body": "hi", "nonce": f"{number}"})
    await post_queue.settled()
    await broadcasts_started()
    assert notes == ["answered", "answered", "answered", "drawn"]


def test_what_was_held_is_drawn_after_an_error_too(monkeypatch):
    started = []
    monkeypatch.setattr(threads, "_start_broadcast", started.append)
    monkeypatch.setattr(events, "_running_loop", lambda: "a loop")
    with pytest.raises(ZeroDivisionError), threads.broadcasts_held() as held:
        events.draw_in_order(print)
        assert (len(held), started) == (1, [])
        1 / 0  # noqa: B018
    events._count_undrawn(-1)  # it is not called
    assert started == held


async def test_changes_are_published_in_the_order_of_their_commits(
    awake, lobby, ana, brush, published
):
    await say(lobby, ana, *"abcde")
    assert published == []
    brush.set()
    await broadcasts_started()
    assert published == [(number, number) for number in range(1, 6)]


async def test_who_posts_faster_than_is_drawn_draws_alone(awake, lobby, ana, brush, monkeypatch):
    monkeypatch.setattr(events, "MAX_UNDRAWN", 0)
    brush.set()
    drawn_by, render = [], broadcasts.render_changes

    def note(messages, revision):
        drawn_by.append(threading.current_thread().name.split("_")[0])
        return render(messages, revision)

    monkeypatch.setattr(broadcasts, "render_changes", note)
    await say(lobby, ana, "a")
    monkeypatch.setattr(events, "MAX_UNDRAWN", 1)
    await say(lobby, ana, "b")
    await broadcasts_started()
    assert drawn_by == ["consumers", "broadcasts"]


async def test_what_cannot_be_drawn_is_logged_and_stops_nothing(
    awake, lobby, ana, published, monkeypatch, caplog
):
    monkeypatch.setattr(broadcasts, "render_changes", lambda *change: 1 / 0)
    await say(lobby, ana, "lost")
    await broadcasts_started()
    monkeypatch.undo()
    assert [record.event for record in caplog.records] == ["layer.drawing_failed"]
    assert (events._undrawn, await stored()) == (0, ["lost"])


async def test_a_message_and_its_acknowledgement_hold_a_strange_nonce_as_text(lobby, ana):
    fields = {"body": "hi", "nonce": '"><b>{{ nonce }}'}
    [first, second] = [await in_database(post_all)([Send(ana.pk, lobby.pk, fields)]) for _ in "12"]
    assert 'data-sent="&quot;&gt;&lt;b&gt;{{ nonce }}"' in first[0]
    assert first != second  # each holds a new nonce


def test_many_messages_are_stored_together_in_order(lobby, ana, bruno):
    drafts = [actions.Draft((ana, bruno)[n % 2], f"text {n}", f"n{n}") for n in range(150)]
    messages = actions.post_messages(lobby, drafts)
    found = list(lobby.messages.order_by("position").values_list("pk", "position", "body"))
    assert found == [(each.pk, n, f"text {n - 1}") for n, each in enumerate(messages, 1)]
