"""Changes without news that come together leave together, as the newest state of each message."""

import re
from collections import Counter
from datetime import UTC
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.threads import in_database
from messaging.live import event_router
from messaging.live.encoders import HtmlEncoder, newest_only
from messaging.live.tests.pages import Page
from messaging.live.tests.test_model import Delivery
from messaging.message import actions
from messaging.models import Message
from messaging.noscript.patches import PatchEncoder
from messaging.tests.said import say

REACTION = {"can_wait": True}
DELETION = {"can_wait": False}
OF_AN_OLDER_RELEASE = {}

steadily = settings(derandomize=True, database=None, deadline=None)


@pytest.fixture
def room():
    """A simulated room with one message, four live pages, and a clock that the test moves."""
    room = Delivery()
    room.settle()
    room.tell([1], "said", posted=True)
    room.many_events_arrive()
    room.settle()
    yield room
    room.teardown()


def change(room, *messages, flags=REACTION):
    """Change `messages` one after the other, and let the events arrive."""
    for message in messages:
        room.tell([message], "changed", **flags)
    room.many_events_arrive()
    room.turn(3)


def pass_time(room):
    room.time_passes(3, event_router.GATHER_SECONDS)


def frames(room, page=0):
    """Return the frames that a page has got since the last call: their states and cursors."""
    taken, room.pages[page].frames = room.pages[page].frames, []
    return [re.findall(r"\d+/\d+/\d+|cursor/\d+", frame) for frame in taken]


def test_one_change_leaves_at_once(room):
    frames(room)
    change(room, 1)
    assert frames(room) == [["1/1/2", "cursor/2"]]


def test_a_thousand_changes_of_a_message_in_a_second_are_four_fragments_a_second(room):
    frames(room)
    for _ in range(1000):
        room.now += 0.001
        change(room, 1)
    taken = frames(room)
    assert (len(taken), {len(words) for words in taken}) == (4, {2})
    pass_time(room)
    assert frames(room) == [["1/1/1001", "cursor/1001"]]


def test_what_is_held_leaves_in_the_frame_of_the_next_message(room):
    change(room, 1)
    change(room, 1, 1)
    frames(room)
    change(room, 2, flags={"posted": True})
    assert frames(room) == [["1/1/4", "cursor/4", "2/2/5", "cursor/5"]]


def test_a_message_that_is_changed_in_the_same_frame_arrives_once(room):
    frames(room)
    room.tell([2, 3], "said", posted=True)
    change(room, 2)
    assert frames(room) == [["3/3/3", "cursor/3", "2/2/4", "cursor/4"]]


@pytest.mark.parametrize("flags", [DELETION, OF_AN_OLDER_RELEASE, {"posted": True}])
def test_nothing_else_ever_waits(room, flags):
    change(room, 1)
    frames(room)
    for number in (3, 4, 5):
        change(room, 1, flags=flags)
        assert frames(room) == [[f"1/1/{number}", f"cursor/{number}"]]


def test_the_next_change_after_a_rest_leaves_at_once_again(room):
    change(room, 1, 1)
    pass_time(room)
    pass_time(room)
    frames(room)
    change(room, 1)
    assert frames(room) == [["1/1/4", "cursor/4"]]


@pytest.mark.parametrize("lost", [[], ["room.narrowed"], ["access.changed"]])
def test_who_loses_access_while_a_change_is_held_does_not_get_it(room, lost):
    change(room, 1)
    change(room, 1)
    [frames(room, page) for page in range(4)]
    room.somebody_is_removed(1)
    for event in [event for event in room.layer if event["type"] in lost]:
        room.layer.remove(event)
    room.many_events_arrive()
    pass_time(room)
    room.settle()
    assert [bool(frames(room, page)) for page in range(4)] == [False, False, True, True]


def test_who_comes_while_a_change_is_held_gets_it_once(room):
    room.a_connection_breaks(0)
    change(room, 1)
    change(room, 1)
    room.a_page_comes_back(0)
    for _ in range(9):
        room.every_query_answers()
    assert room.pages[0].shown == room.database.messages
    frames(room)
    pass_time(room)
    assert frames(room) == []


def test_who_goes_while_a_change_is_held_catches_up(room):
    change(room, 1)
    change(room, 1)
    room.a_connection_breaks(0)
    assert room.pages[0].cursor == 2
    pass_time(room)
    room.a_page_comes_back(0)
    room.settle()
    assert (room.pages[0].shown, room.pages[0].cursor) == (room.database.messages, 3)


def test_the_comparison_with_the_database_does_not_read_what_is_held(room):
    change(room, 1)
    change(room, 1)
    room.the_safety_query_runs()
    room.turn()
    assert len(room.database.questions) == 1  # for the newest revision
    room.every_query_answers()
    assert room.database.questions == []


def test_a_lost_change_among_those_that_are_held_is_read_from_the_database(room):
    change(room, 1)
    room.tell([1], "lost", **REACTION)
    room.layer.clear()
    change(room, 1)
    pass_time(room)
    room.settle()
    assert room.pages[0].shown == room.database.messages


# The newest state of each message, in any sequence of events


def an_event(first, messages, languages):
    """Return the event of new states of `messages`, as `render_changes` makes it."""
    event = {"first": first, "revision": first + len(messages) - 1, "html": {}, "cuts": {}}
    for language in languages:
        html, cuts = "<hx-upsert>", []
        for number, pk in enumerate(messages):
            start = len(html)
            html += f'<article id="message-{pk}" data-position="{pk}">'
            html += f'<p class="message-body">{language} {first + number}</p></article>'
            cuts.append((pk, pk, start, len(html)))
        html += f'</hx-upsert><input id="cursor" value="{event["revision"]}">'
        event["html"][language], event["cuts"][language] = html, cuts
    return event


@st.composite
def events(draw):
    made = []
    for messages in draw(st.lists(st.sets(st.integers(1, 6), min_size=1), min_size=1, max_size=8)):
        languages = draw(st.sampled_from([["en"], ["es"], ["en", "es"], ["es", "en"]]))
        made.append(an_event(made[-1]["revision"] + 1 if made else 1, sorted(messages), languages))
    return made


@steadily
@given(events(), st.sampled_from(["en", "es", "pt-br"]))
def test_a_page_that_gets_only_newest_states_ends_as_one_that_gets_all(changes, language):
    encoder, page, other = HtmlEncoder(language), Page(), Page()
    for event in changes:
        page.take(encoder.changes([event]))
    other.take(encoder.changes(newest_only(changes)))
    assert (other.log, other.cursor) == (page.log, page.cursor)
    assert Counter(re.findall(r"message-\d+", other.taken[-1])).most_common(1)[0][1] == 1


@steadily
@given(events(), st.sampled_from(["en", "es", "pt-br"]))
def test_a_stream_gets_each_message_once_and_its_newest_state(changes, language):
    encoder = PatchEncoder(language, UTC)
    newest = list(encoder.changes(newest_only(changes)))
    every = {patch.position: patch for event in changes for patch in encoder.changes([event])}
    assert {patch.position: said(patch) for patch in newest} == {
        position: said(patch) for position, patch in every.items()
    }
    assert len(newest) == len(every)


def said(patch):
    return re.search(r'class="message-body">(.*?)<', patch.html)[1]


@steadily
@given(events())
def test_newest_states_cover_all_revisions_without_a_gap(changes):
    spans = [(event["first"], event["revision"]) for event in newest_only(changes)]
    assert [spans[0][0], spans[-1][1]] == [1, changes[-1]["revision"]]
    assert all(after[0] == before[1] + 1 for before, after in pairwise(spans))


# With a database


@pytest.mark.django_db(transaction=True)
async def test_reactions_at_once_end_in_the_same_state_as_a_new_page(
    arrive, lobby, ana, bruno, monkeypatch
):
    monkeypatch.setattr(event_router, "GATHER_SECONDS", 1)
    await say(lobby, ana, "hello")
    pages = [await arrive(user, lobby) for user in (ana, bruno)]
    message = await in_database(Message.objects.for_display().get)()
    for number in range(50):
        edit = {"body_html": f"<p>hello {number}</p>"}
        await in_database(actions.change_message)(message, **edit)
    for page in pages:
        await page.sees("hello 49")
        assert len(page.page.taken) < 50
    new = await arrive(ana, lobby)
    assert [page.page.read() for page in pages] == [new.page.read()] * 2
    assert {page.page.cursor for page in pages} == {new.page.cursor}
